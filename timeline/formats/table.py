"""Events as a table (CSV, RFC 4180) that a spreadsheet may open: one line each, cells that would run defused."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from timeline.entry import Entry
from timeline.models import Event, Participation

from .publication import Publication
from .rows import Row

CONTENT_TYPE = "text/csv; charset=utf-8; header=present"
BOM = "\ufeff".encode()
COLUMNS = (
    "id",
    "url",
    "kind",
    "occurrence",
    "title",
    "date",
    "earliest",
    "latest",
    "part_of_day",
    "time_zone",
    "format",
    "place",
    "country",
    "participants",
    "participant_ids",
    "participant_countries",
    "initiated_by",
    "duration_minutes",
    "duration_approximate",
    "words",
    "summary",
    "note",
    "points",
    "sources",
    "source_urls",
    "version",
    "version_date",
)
# What makes a spreadsheet take a cell for a formula, in its own letters or the wide ones of Chinese and Japanese.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")


def lines(batches: Iterable[list[Row]], base: str, *, bom: bool = False) -> Iterator[bytes]:
    """The table as UTF-8, a piece for the heading and one a batch; `bom` is for spreadsheets that guess otherwise."""
    yield (BOM if bom else b"") + _written([COLUMNS])
    for batch in batches:
        yield _written(_cells(event, made, base) for event, made in batch)


def _written(rows: Iterable[Iterable[Any]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows([defused(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def defused(cell: Any) -> Any:
    """The cell with an apostrophe before what a spreadsheet would run; blanks in front do not hide it."""
    if isinstance(cell, str) and cell.lstrip(" \u3000\ufeff").startswith(_RUNS):
        return f"'{cell}"
    return cell


def _cells(event: Event, made: Publication, base: str) -> list[Any]:
    people = list(event.participations.all())
    sources = [one.source for one in event.citations.all()]
    values: dict[str, Any] = {
        "id": event.slug,
        "url": base + event.get_absolute_url(),
        "earliest": event.earliest.isoformat(),
        "latest": event.latest.isoformat(),
        "country": event.country_id,
        "participants": "; ".join(_named(one) for one in people),
        "participant_ids": " ".join(one.leader.slug for one in people if one.leader),
        "participant_countries": " ".join(dict.fromkeys(one.country_id for one in people)),
        "initiated_by": event.initiated_by_id,
        "duration_approximate": "yes" if event.duration_approximate else "",
        "points": Entry(event).tally,
        "sources": "; ".join(f"{source.publisher}: {source.title}" for source in sources),
        "source_urls": " ".join(source.url for source in sources if source.url),
        "version": made.number,
        "version_date": f"{made.at:%Y-%m-%d}",
    }
    return [values[name] if name in values else getattr(event, name) for name in COLUMNS]


def _named(one: Participation) -> str:
    return f"{one.name} ({one.country_id})"
