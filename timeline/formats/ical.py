"""Events as a calendar (RFC 5545): whole days, as no hour is ever on record.

A calendar shows a day, so only what is known to the day is in it (about a day will do; the words say so). What did
not take place has no place in one. TENTATIVE is a plan; CANCELLED what was called off, and what was postponed: its
day no longer holds.
"""

from datetime import date, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar
from icalendar import Event as Component

from timeline import edtf
from timeline.entry import Entry
from timeline.models import Event, Occurrence

from .publication import Publication

CONTENT_TYPE = "text/calendar; charset=utf-8"
_STATUS = {
    Occurrence.TOOK_PLACE: "CONFIRMED",
    Occurrence.PLANNED: "TENTATIVE",
    Occurrence.POSTPONED: "CANCELLED",
    Occurrence.CANCELLED: "CANCELLED",
}
_END = b"END:VCALENDAR\r\n"


def days(event: Event) -> tuple[date, date] | None:
    """The first day and the one behind the last; None where a calendar has no room for the event."""
    when = event.edtf
    if event.occurrence == Occurrence.DID_NOT_TAKE_PLACE or (when.start.precision, when.end.precision) != (
        "day",
        "day",
    ):
        return None
    if when.latest == date.max:
        return None
    return when.earliest, when.latest + timedelta(days=1)


def why_not(event: Event) -> str:
    """Why there is no calendar file of an event, as a sentence; nothing where there is one."""
    if days(event) is not None:
        return ""
    if event.occurrence == Occurrence.DID_NOT_TAKE_PLACE:
        return _("This did not take place: there is no day to put into a calendar.")
    return _("A calendar needs a day, and on record is only: %s.") % edtf.words(event.date)


def head(name: str, url: str) -> bytes:
    """The calendar's own lines; `url` is where it can be asked for again."""
    calendar = Calendar()
    calendar.add("prodid", "-//Readout//Readout//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("source", url, parameters={"VALUE": "URI"})
    calendar.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    written: bytes = calendar.to_ical()
    return written.removesuffix(_END)


def component(event: Event, made: Publication, base: str) -> bytes:
    """One event's lines, or nothing where a calendar has no room for it; `event` comes from `with_entry()`."""
    whole = days(event)
    if whole is None:
        return b""
    first, end = whole
    url = base + event.get_absolute_url()
    one = Component()
    one.add("uid", f"{made.first_slug}@{base.partition('://')[2]}")
    one.add("dtstamp", made.at)
    one.add("created", made.first_at)
    one.add("last-modified", made.at)
    one.add("sequence", made.number - 1)
    one.add("dtstart", first)
    one.add("dtend", end)
    one.add("status", _STATUS[Occurrence(event.occurrence)])
    one.add("transp", "TRANSPARENT")
    one.add("summary", _summary(event))
    one.add("description", _description(event, made, url))
    if event.place:
        one.add("location", event.place)
    one.add("categories", [event.get_kind_display()])
    one.add("url", url)
    return bytes(one.to_ical())


def tail() -> bytes:
    """The calendar's last line."""
    return _END


def _summary(event: Event) -> str:
    words = {
        Occurrence.PLANNED: _("Planned: %s"),
        Occurrence.POSTPONED: _("Postponed: %s"),
        Occurrence.CANCELLED: _("Cancelled: %s"),
    }.get(Occurrence(event.occurrence), "%s")
    return words % event.title


def _description(event: Event, made: Publication, url: str) -> str:
    entry = Entry(event)
    lines = [event.summary, f"{entry.kind}, {entry.outcome}, {entry.date_words}{_part(event)}{entry.details}"]
    lines += [_("Sources: %s") % entry.sources] if entry.sources else []
    lines.append(_("Readout, version %(number)d of %(day)s: %(url)s") % {
        "number": made.number,
        "day": f"{made.at:%Y-%m-%d}",
        "url": url,
    })  # fmt: skip
    return "\n".join(line for line in lines if line)


def _part(event: Event) -> str:
    return f", {event.get_part_of_day_display()}" if event.part_of_day and event.kind != "call" else ""
