"""The whole public record as dossiers, which `ingest` reads back to the same site: no address of it breaks.

What readers could never see (drafts, editors' names and reasons) is not in it. Withdrawn and merged entries stand in
files of their own, `withdrawn-…`: they hold what the public no longer sees, and whoever gives a dump away leaves
them out. The same record gives the same files, byte for byte.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from timeline import bundled, reading
from timeline.batches import in_batches
from timeline.models import Correction, Country, Event, Former, Leader, Slug, State, Version
from timeline.models.events import EventQuerySet
from timeline.record import Record, canonical, form
from timeline.record.nouns import country_row

from . import dossiers

Row = dict[str, Any]
EVENTS, NOUNS = 1000, 10_000  # in one file
_PLURALS = {"country": "countries", "leader": "leaders", "source": "sources", "topic": "topics"}


@dataclass
class Dumped:
    """What was written."""

    files: int = 0
    events: int = 0
    withdrawn: int = 0

    def __str__(self) -> str:
        return f"Wrote {self.events} events and {self.withdrawn} withdrawn ones into {self.files} files."


@dataclass
class _Named:
    """The slugs of the nouns that records named so far."""

    found: dict[str, set[str]] = field(default_factory=lambda: {"sources": set(), "leaders": set(), "topics": set()})

    def add(self, rows: Iterable[Record]) -> None:
        for noun, slugs in form.named(rows).items():
            if noun in self.found:
                self.found[noun] |= slugs


def dump(directory: Path, progress: Callable[[int], object] = lambda _events: None) -> Dumped:
    """Write the record as it stands now; `progress` is told how many events were written with each file.

    Raises FileExistsError where the directory holds anything already, and OSError.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise FileExistsError(directory)
    dumped, named = Dumped(), _Named()
    public = Event.objects.filter(pk__in=Version.objects.public().order_by().values("event")).order_by("pk")
    with reading.snapshot():
        # All leaders have a public page, topics and sources only where readers have seen an entry that names them.
        named.found["leaders"].update(Leader.objects.values_list("slug", flat=True))
        for name, events in (
            ("events", public.filter(state=State.PUBLISHED)),
            ("withdrawn", public.filter(state=State.WITHDRAWN)),
        ):
            for number, batch in enumerate(_batches(events), start=1):
                rows, histories = _told(batch)
                named.add([*rows, *(version["record"] for one in histories for version in one["versions"])])
                _write(directory, f"{name}-{number:04}", {"events": rows, "history": histories}, dumped)
                if name == "events":
                    dumped.events += len(rows)
                else:
                    dumped.withdrawn += len(rows)
                progress(len(rows))
        _write_nouns(directory, named, dumped)
    return dumped


def _batches(events: EventQuerySet) -> Iterator[list[Event]]:
    """The events by id, some at a time; by key and never by offset."""
    last = 0
    while batch := list(events.filter(pk__gt=last).select_related("merged_into")[:EVENTS]):
        yield batch
        last = batch[-1].pk


def _told(events: list[Event]) -> tuple[list[Record], list[Row]]:
    """The records of these events, and their histories."""
    ids = [event.pk for event in events]
    records = dossiers.records(ids)
    slugs, versions, corrections = _by_event(ids)
    dossiers.drop_drafts(row["record"] for rows in versions.values() for row in rows)
    histories = [
        {
            "event": event.slug,
            "number": event.pk,
            "slugs": slugs.get(event.pk, []),
            "versions": versions[event.pk],
            "corrections": corrections.get(event.pk, []),
            "withdrawn": _withdrawn(event),
            "merged_into": event.merged_into.slug if event.merged_into else None,
        }
        for event in events
    ]
    return [records[pk] for pk in ids], histories


def _by_event(ids: list[int]) -> tuple[dict[int, list[str]], dict[int, list[Row]], dict[int, list[Row]]]:
    """Slugs, public versions and corrections of these events."""
    slugs: dict[int, list[str]] = {}
    versions: dict[int, list[Row]] = {}
    corrections: dict[int, list[Row]] = {}
    for batch in in_batches(ids):
        for slug, event in Slug.objects.filter(event__in=batch).order_by("slug").values_list("slug", "event"):
            slugs.setdefault(event, []).append(slug)
        for one in Version.objects.public().filter(event__in=batch).order_by("event", "public_number"):
            row = {
                "number": one.public_number,
                "at": one.at.isoformat(),
                "origin": one.origin,
                "record": canonical(one.record),
            }
            versions.setdefault(one.event_id, []).append(row)
        notes = Correction.objects.filter(event__in=batch).select_related("version").order_by("date", "pk")
        for note in notes:
            number = note.version.public_number if note.version else None
            row = {"date": note.date.isoformat(), "text": note.text, "version": number}
            corrections.setdefault(note.event_id, []).append(row)
    return slugs, versions, corrections


def _withdrawn(event: Event) -> Row | None:
    if event.withdrawn_at is None:
        return None
    return {"at": event.withdrawn_at.isoformat(), "reason": event.withdrawn_reason}


def _write_nouns(directory: Path, named: _Named, dumped: Dumped) -> None:
    from_the_start = bundled.countries()
    countries = [country_row(country) for country in Country.objects.order_by("code")]
    own = [row for row in countries if row != from_the_start.get(row["code"])]
    number = 1
    if own:
        _write(directory, f"nouns-{number:04}", {"countries": own, "events": []}, dumped)
        number += 1
    for noun in ("leaders", "topics", "sources"):
        for slugs in in_batches(sorted(named.found[noun]), NOUNS):
            rows = dossiers.rows_of(noun, slugs)
            _write(directory, f"nouns-{number:04}", {noun: rows, "events": []}, dumped)
            number += 1
    named.found["countries"] = {country["code"] for country in countries}
    formers = Former.objects.order_by("noun", "key", "until").values("noun", "key", "until", "row", "correction")
    shown = (row for row in formers.iterator() if row["key"] in named.found[_PLURALS[row["noun"]]])
    for number, batch in enumerate(in_batches(shown, NOUNS), start=1):
        rows = [_former(dict(row)) for row in batch]
        _write(directory, f"former-{number:04}", {"former": rows, "events": []}, dumped)


def _former(row: Row) -> Row:
    told = {"correction": row["correction"]} if row["correction"] else {}
    return {"noun": row["noun"], "until": row["until"].isoformat(), "row": _in_order(row["row"]), **told}


def _in_order(row: Row) -> Row:
    """A row by the names of its keys: a database gives them back in an order of its own."""
    whole = dict(sorted(row.items()))
    if "posts" in row:
        whole["posts"] = [_in_order(post) for post in row["posts"]]
    return whole


def _write(directory: Path, name: str, content: Row, dumped: Dumped) -> None:
    whole = {"dossier": name, "title": f"Readout: {name}", **content}
    text = json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
    (directory / f"{name}.json").write_text(text, encoding="utf-8")
    dumped.files += 1
