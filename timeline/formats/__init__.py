"""What a reader takes away: an event or a view of the timeline as data, calendar, citation, feed, table or picture.

Nothing here reads a query string or answers a request; `timeline.views` does.
"""
