# What pages say of every analysis.
analysis-silent = Nothing is said by:
analysis-remarks = What authors say on comparing
analysis-not-comparable = Not for comparison, its author says.
analysis-noted = To be known of single records
analysis-unread-read = was read
analysis-unread-not-needed = its content was not needed
analysis-unread-not-held = its content has not arrived yet and is missing here
analysis-unread-not-entitled = its content is not for this authority and is missing here
analysis-unread-erased = its content was erased since and is missing here
analysis-unread-unreadable = its content is in a form that this release cannot read
analysis-basis = What this rests on
analysis-rests-on = { $count ->
    [0] It rests on no entry.
    [one] It rests on one entry of the logs.
   *[other] It rests on { $shown } entries of the logs.
}
analysis-manifest = With this command the manifest can be had, from which another authority’s node comes to the same bytes:
analysis-method = Method:
analysis-checkpoints = { $count ->
    [one] The checkpoint that was read
   *[other] The { $shown } checkpoints that were read
}
analysis-more-checkpoints = { $count ->
    [one] One more is in the manifest.
   *[other] { $shown } more are in the manifest.
}
