"""An event in schema.org's words (JSON-LD): an Event, or for a statement a Statement with its speaker.

`eventStatus` knows scheduled, postponed, rescheduled, moved and cancelled. What took place was held as scheduled.
What did not take place and had never been announced is no event at all: it is described as a Claim that was put about.
"""

import json
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from timeline import edtf
from timeline.entry import Entry, Person
from timeline.models import Event, Kind, Occurrence

from .citation import NAME
from .publication import Publication

_STATUS = {
    Occurrence.TOOK_PLACE: "EventScheduled",
    Occurrence.PLANNED: "EventScheduled",
    Occurrence.POSTPONED: "EventPostponed",
    Occurrence.CANCELLED: "EventCancelled",
}
# What would end the element, or begin another, inside a script element.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}

Thing = dict[str, Any]


def script(event: Event, made: Publication, base: str) -> SafeString:
    """The description as it may stand in a script element of type application/ld+json."""
    return mark_safe(json.dumps(described(event, made, base), ensure_ascii=False).translate(_ESCAPES))


def described(event: Event, made: Publication, base: str) -> Thing:
    """The event; `event` comes from `with_entry()`, `base` is the site's address."""
    entry, url = Entry(event), base + event.get_absolute_url()
    thing: Thing = {
        "@context": "https://schema.org",
        "@id": url,
        "url": url,
        "mainEntityOfPage": url,
        "name": event.title,
        "description": event.summary or event.title,
        "inLanguage": "en",
        "version": str(made.number),
        "citation": [_source(one.source, base) for one in event.citations.all()],
    }
    people = [_person(one, base) for one in entry.people]
    if event.kind == Kind.STATEMENT:
        thing |= _statement(event, made, entry, people)
    elif entry.did_not:
        thing |= {"@type": "Claim", **_creative(made), "about": people}
    else:
        thing |= _event(event, made, people)
    return {key: value for key, value in thing.items() if value not in ("", [], None)}


def _event(event: Event, made: Publication, people: list[Thing]) -> Thing:
    # An Event is no CreativeWork: its version and its sources are its page's.
    page = {"@type": "WebPage", **_creative(made), "version": str(made.number)}
    found: Thing = {
        "@type": "Event",
        "eventStatus": f"https://schema.org/{_STATUS[Occurrence(event.occurrence)]}",
        "startDate": _iso(event.edtf.start),
        "endDate": _iso(event.edtf.end) if event.edtf.is_interval else None,
        "location": _place(event),
        "attendee": people,
        "version": None,
        "citation": None,
        "inLanguage": "en",
        "subjectOf": page,
    }
    if event.kind == Kind.CALL:
        found["eventAttendanceMode"] = "https://schema.org/OnlineEventAttendanceMode"
    elif event.place or event.country:
        found["eventAttendanceMode"] = "https://schema.org/OfflineEventAttendanceMode"
    if event.duration_minutes:
        found["duration"] = f"PT{event.duration_minutes}M"
    return found


def _statement(event: Event, made: Publication, entry: Entry, people: list[Thing]) -> Thing:
    speakers = [thing for thing, one in zip(people, entry.people, strict=True) if one.role == "speaker"]
    addressed = [thing for thing, one in zip(people, entry.people, strict=True) if one.role == "addressee"]
    said = {"@type": "Statement", **_creative(made), "creator": speakers, "audience": None, "about": addressed}
    if event.words:
        said |= {"@type": "Quotation", "text": event.words, "spokenByCharacter": speakers}
    return said


def _creative(made: Publication) -> Thing:
    return {
        "datePublished": made.first_at.isoformat(timespec="seconds"),
        "dateModified": made.at.isoformat(timespec="seconds"),
        "publisher": {"@type": "Organization", "name": NAME},
    }


def _person(one: Person, base: str) -> Thing:
    if not one.slug:
        return {"@type": "Organization", "name": one.name}
    url = base + reverse("leader", args=[one.slug])
    found = {"@type": "Person", "@id": url, "url": url, "name": one.name}
    if one.native_name:
        found["alternateName"] = one.native_name
    if one.title:
        found["jobTitle"] = f"{one.title}{one.of_country}"
    return found


def _source(source: Any, base: str) -> Thing:
    found = {
        "@type": "CreativeWork",
        "name": source.title,
        "url": source.url or base + reverse("source", args=[source.slug]),
        "publisher": {"@type": "Organization", "name": source.publisher},
    }
    if source.published:
        found["datePublished"] = _iso(edtf.parse(source.published).start)
    return {key: value for key, value in found.items() if value}


def _place(event: Event) -> Thing | None:
    if not (event.place or event.country):
        return None
    found: Thing = {"@type": "Place", "name": event.place or (event.country.name if event.country else "")}
    if event.country:
        found["address"] = {"@type": "PostalAddress", "addressCountry": event.country.code}
    return found


def _iso(point: edtf.Point) -> str | None:
    """A day, a month or a year in ISO 8601, as exact as it is known; None for a season and an open end."""
    length = {"year": 4, "month": 7, "day": 10}.get(point.precision)
    return point.earliest.isoformat()[:length] if length else None
