# Events.
events-one = Event { $of }
events-wrong-month = This is no month. Write it as 2026-11. The current month is shown.
events-months = Months
events-month = Month
events-previous = Previous month
events-next = Next month
events-caption = Events in { $month }
events-table = A row for each week, a column for each weekday
events-today = today
events-coming = Coming events
events-none = No event that is held here is to come.
events-more = There are more events: search for them.
events-more-of-day = { $count ->
    [one] and one more
   *[other] and { $shown } more
}
events-cancelled = cancelled
events-days = { $first } to { $last }
events-feed = Calendar programs can subscribe to events as .ics. They need an address of their own, made with a token of role “feed”: the operator’s guide, under “Feeds and calendars”, says how.
events-when = When
events-starts = starts
events-ends = ends
events-place = Place
events-link = On the web
events-registration = Registration
events-registration-over = ended
events-registered = Registered
events-in-person = { $count ->
    [0] nobody in person
    [one] one in person
   *[other] { $shown } in person
}
events-online = { $count ->
    [0] nobody online
    [one] one online
   *[other] { $shown } online
}
events-registered-more = these are at least so many, for there are too many registrations to count here
events-unread = { $count ->
    [one] the content of one registration is not on this node: it may be for this event or another
   *[other] the content of { $shown } registrations is not on this node: they may be for this event or others
}
events-personal = Only registrations held by this node are counted. Names are personal data: they stand in the records alone.
events-registrations = Registrations, by their records
events-attends-in-person = in person
events-attends-online = online
events-description = Description
events-programme = Programme
events-outcome = Outcome
events-kind-conference = conference
events-kind-meeting = meeting
events-kind-training = training
events-kind-webinar = webinar

weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
weekday-short-1 = Mon
weekday-short-2 = Tue
weekday-short-3 = Wed
weekday-short-4 = Thu
weekday-short-5 = Fri
weekday-short-6 = Sat
weekday-short-7 = Sun
