"""The threads of a page of the timeline as HTML: kept for as long as nothing changes, or made anew."""

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from timeline import cache, contact, paging
from timeline.edition import part_key
from timeline.entry import Entry
from timeline.filters import TimelineFilter
from timeline.listed import listed
from timeline.pattern import Text, filled


@dataclass
class Shown:
    """A thread as it is shown, with its HTML.

    `gap` is the silence that begins behind it; `is_gapped` says that it stands inside one, `ends_gap` that a
    silence ends at it.
    """

    thread: paging.Thread
    gap: contact.Silence | None = None
    is_gapped: bool = False
    ends_gap: bool = False
    html: str = ""


def add_html(asked: TimelineFilter, shown: list[Shown]) -> None:
    """The HTML of each thread, which says nothing of the page that it stands on; the queries of `listed`."""
    keys = [
        part_key(asked.index.version, asked.q, one.thread.head, one.thread.hanging, one.is_gapped, one.ends_gap)
        for one in shown
    ]
    known = cache.get_many(keys)
    missing = [(key, one) for key, one in zip(keys, shown, strict=True) if key not in known]
    ids = [pk for _key, one in missing for pk in one.thread.members]
    entries = listed(ids, asked.index, asked.query)
    made = {key: _thread(one, entries).encode() for key, one in missing}
    cache.put_many(made)
    for key, one in zip(keys, shown, strict=True):
        one.html = mark_safe((known.get(key) or made[key]).decode())


def _thread(one: Shown, entries: dict[int, Entry]) -> str:
    hanging = [] if one.thread.head is None else one.thread.hanging
    says = mark_safe("".join(_statement(entries[pk]) for pk in hanging))
    return "".join(
        _entry(entries[pk], says, is_gapped=one.is_gapped, ends_gap=one.ends_gap and not place)
        for place, pk in enumerate(one.thread.entries)
    )


def _entry(entry: Entry, says: str, *, is_gapped: bool, ends_gap: bool) -> SafeString:
    day, event = entry.day, entry.event
    texts: dict[str, Text] = {
        **_shared(entry),
        "entry.outcome": entry.outcome,
        "entry.details": entry.details,
        "entry.context": entry.context,
        "entry.day.weekday": day.weekday,
        "entry.day.number": day.number,
        "entry.day.month": day.month,
        "says": says,
    }
    if event.kind == "statement":
        texts |= {"entry.part_of_day": entry.part_of_day, "entry.event.place": event.place}
    return filled(
        "timeline/_entry.html",
        texts,
        {
            **_deciding(entry),
            "entry.is_hollow": entry.is_hollow,
            "entry.did_not": entry.did_not,
            "entry.day.is_wide": day.is_wide,
            "is_gapped": is_gapped,
            "ends_gap": ends_gap,
        },
    )


def _statement(entry: Entry) -> SafeString:
    texts = {**_shared(entry), "entry.short_when": entry.short_when}
    return filled("timeline/_statement.html", texts, {**_deciding(entry), "level": 4})


def _shared(entry: Entry) -> dict[str, Text]:
    """The texts that an entry and a statement under it both show."""
    summary = entry.summary
    return {
        "entry.event.slug": entry.event.slug,
        "entry.event.get_absolute_url": entry.event.get_absolute_url(),
        "entry.event.summary": summary,
        "entry.title": entry.title,
        "entry.summary": summary,
        "entry.kind": entry.kind,
        "entry.day.machine": entry.day.machine,
        "entry.who": entry.who,
        "entry.side": entry.side,
    }


def _deciding(entry: Entry) -> dict[str, Any]:
    """What decides how both look."""
    return {"entry.event.kind": entry.event.kind, "entry.mark": entry.mark, "entry.mark_class": entry.mark_class}
