"""Events as TimelineJS 3 reads them (timeline.knightlab.com/docs/json-format.html), for newsrooms that use it."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.html import format_html, format_html_join

from timeline import edtf
from timeline.entry import Entry
from timeline.models import Event

from .publication import Publication
from .rows import Row

CONTENT_TYPE = "application/json; charset=utf-8"


def pieces(batches: Iterable[list[Row]], base: str) -> Iterator[bytes]:
    """One JSON object with all events, a piece a batch. An event that has no first day or year is left out."""
    yield b'{"events": ['
    comma = b""
    for batch in batches:
        slides = [slide for event, made in batch if (slide := _slide(event, made, base))]
        if slides:
            yield comma + b",\n".join(json.dumps(slide, ensure_ascii=False).encode() for slide in slides)
            comma = b",\n"
    yield b"]}\n"


def _slide(event: Event, made: Publication, base: str) -> dict[str, Any] | None:
    entry, when, url = Entry(event), event.edtf, base + event.get_absolute_url()
    start, end = _date(when.start), _date(when.end)
    if start is None:
        return None
    facts = f"{entry.kind}, {entry.outcome}{entry.details}"
    texts = [(text,) for text in (facts, event.summary) if text]
    link = format_html('<p><a href="{}">{}</a></p>', url, entry.sources or url)
    slide: dict[str, Any] = {
        "unique_id": event.slug,
        "start_date": start,
        "display_date": entry.date_words,
        "group": entry.kind,
        "text": {
            "headline": format_html("{}", event.title),
            "text": format_html_join("", "<p>{}</p>", texts) + link,
        },
    }
    if when.is_interval and end is not None:
        slide["end_date"] = end
    return slide


def _date(point: edtf.Point) -> dict[str, int] | None:
    day = point.earliest
    match point.precision:
        case "year":
            return {"year": day.year}
        case "month" | "season":
            return {"year": day.year, "month": day.month}
        case "day":
            return {"year": day.year, "month": day.month, "day": day.day}
    return None
