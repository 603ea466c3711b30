# Comparison.
compare-topic = Topic, for modes of operation
compare-slug = Name of the record, for other kinds
compare-slug-help = The last part of its reference. Records of authorities on themselves need none.
compare-having = Have this record
compare-others = Have no such record here
compare-authorities = Authorities, up to six
compare-only = Show only what differs
compare-heading = Side by side
compare-caption = Each row is a field, each column an authority. A dash: the record says nothing on it.
compare-field = Field
compare-entry = entry { $index }
compare-none = No such record is known here.
compare-nothing = None of these records says anything that can be shown.
compare-all-equal = These records say the same in every field.
compare-equal = { $count ->
    [0] No field is equal in all.
    [one] One field that is equal in all is hidden.
   *[other] { $shown } fields that are equal in all are hidden.
}
compare-show-equal = Show all fields
compare-more = There are more fields than a page can hold; “liaison compare” shows all of them.
compare-choose = Choose what is to be compared, and whose records.
compare-choose-authorities = Choose up to six authorities.
compare-denied = Not for comparison, says its author.
compare-denied-because = Not for comparison, says its author: { $note }
compare-wrong-kind = Kind: there is none of this name. Choose one from the list.
compare-wrong-no-slug = Which record? Choose a topic for modes of operation, or write the name of the record for other kinds.
compare-wrong-slug = Name of the record: letters, digits and :._+- are allowed, at most 64 of them.
compare-wrong-authority = Authorities: one of them is no code of an authority. Choose from the list.
compare-wrong-many = Authorities: at most six stand side by side. Take some off.
list-says-nothing = says nothing
