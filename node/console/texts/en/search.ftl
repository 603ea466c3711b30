# Search.
search-words = Words
search-words-help = All words are looked for, in any language; a phrase stands in quotation marks.
search-submit = Search
search-narrow = Narrow down
search-standard-help = A standard or one of its provisions, as coe-cpe:61
search-period-help = A year or two, as 2019/2023
search-signer-help = A function, or the first 8 digits of a key’s id
search-chosen = Narrowed down to
search-take-off = take off
search-hits = What was found
search-none = No record that is held here matches. Try fewer or other words, or take off what narrows down.
search-facets = Narrow down to
search-more-values = There are more; these are the most frequent.
search-deeper = Pages lead to the first 10,000 records. Narrow down to see the others.
search-behind = { $count ->
    [one] One entry that has just arrived cannot be found yet.
   *[other] { $shown } entries that have just arrived cannot be found yet.
}
search-wrong-q = Words: at most 1,000 characters are allowed. Shorten what you look for.
search-wrong-authority = Authority: this is no code of an authority. Choose one from the list.
search-wrong-kind = Kind: there is none of this name. Choose one from the list.
search-wrong-topic = Topic: there is none of this id. Choose one from the list.
search-wrong-standard = Standard: at most 200 characters are allowed. Write it as coe-cpe or coe-cpe:61.
search-wrong-period = Period: write one year as 2023, or the first and the last with a slash between them, as 2019/2023.
search-wrong-signer = Signer: at most 200 characters are allowed. Write a function, or the first 8 digits of a key’s id.
search-wrong-cursor = There is no such page of what was found. Search again and go on from the first.

facet-authority = Authority
facet-kind = Kind
facet-topic = Topic
facet-standard = Standard
facet-period = Period
facet-signer = Signer

topics-policing-topic = Matters of policing
topics-crime-area = Forms of crime
topics-crime-section = Sections of the crime classification
