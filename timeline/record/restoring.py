"""What an event went through elsewhere, put back beside its rows: addresses, versions, corrections, withdrawal.

For a site that is restored from its dump: the rows have just been written as new ones, and their past is not that of
this moment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from timeline.batches import in_batches
from timeline.models import Correction, Event, Former, Origin, Slug, State, Version, What
from timeline.models.guard import unheard, unlocked

from .form import Record, canonical, of_all
from .former import KEYS
from .links import targets
from .numbers import number_on
from .writer import Writer

Row = dict[str, Any]


@dataclass
class Past:
    """An event and its history as a dossier has it (`$defs/history`)."""

    event: Event
    history: Row


@dataclass
class _Rows:
    versions: list[Version] = field(default_factory=list)
    slugs: list[Slug] = field(default_factory=list)
    corrections: list[tuple[Correction, int | None]] = field(default_factory=list)


def restore(writer: Writer, pasts: Sequence[Past], formers: Iterable[Row]) -> None:
    """Give these events, which were written in an inner block as published and new, the past that they had.

    `formers` are what nouns were before (`$defs/former`).
    """
    Former.objects.bulk_create(
        (
            Former(
                noun=one["noun"],
                key=one["row"][KEYS[one["noun"]]],
                until=_moment(one["until"]),
                row=one["row"],
                correction=one.get("correction", ""),
            )
            for one in formers
        ),
        batch_size=1000,
        ignore_conflicts=True,
    )
    for batch in in_batches(pasts):
        with unlocked(unheard):
            made = _Rows()
            old = Version.objects.filter(event__in=[past.event.pk for past in batch])
            old._raw_delete(old.db)
            records = _records(batch)
            for past in batch:
                _collect(past, records[past.event.pk], made)
                _date(past)
            # In the order in which they came about: what was published last stands last.
            Version.objects.bulk_create(sorted(made.versions, key=lambda one: one.at))
            Slug.objects.bulk_create(made.slugs, ignore_conflicts=True)
            _correct(made)
        for past in batch:
            writer._log.note("event", past.event.pk, What.CHANGED)
    with unlocked(unheard):
        _merge(pasts)
        number_on()


def _records(pasts: Iterable[Past]) -> dict[int, Record]:
    return of_all(past.event.pk for past in pasts)


def _collect(past: Past, today: Record, made: _Rows) -> None:
    history, event = past.history, past.event
    versions = [
        Version(
            event=event,
            number=row["number"],
            public_number=row["number"],
            state=State.PUBLISHED,
            record=canonical(row["record"]),
            origin=row["origin"],
            at=_moment(row["at"]),
        )
        for row in history["versions"]
    ]
    gone = history.get("withdrawn")
    if gone:
        versions.append(
            Version(
                event=event,
                number=max((one.number for one in versions), default=0) + 1,
                state=State.WITHDRAWN,
                record=today,
                reason=gone["reason"],
                origin=Origin.EDITOR,
                at=_moment(gone["at"]),
            )
        )
    made.versions += versions
    made.slugs += [Slug(slug=slug, event=event) for slug in history["slugs"] if slug != event.slug]
    made.corrections += [
        (Correction(event=event, date=date.fromisoformat(row["date"]), text=row["text"]), row.get("version"))
        for row in history["corrections"]
    ]


def _date(past: Past) -> None:
    """The event's own row: when it changed last, and whether it was taken back."""
    values: Row = {}
    if past.history["versions"]:
        values["changed_at"] = max(_moment(row["at"]) for row in past.history["versions"])
    if gone := past.history.get("withdrawn"):
        at = _moment(gone["at"])
        values |= {"state": State.WITHDRAWN, "withdrawn_reason": gone["reason"], "withdrawn_at": at, "changed_at": at}
    Event.objects.filter(pk=past.event.pk).update(**values)


def _correct(made: _Rows) -> None:
    numbers: Mapping[tuple[int, int | None], Version] = {
        (version.event_id, version.public_number): version for version in made.versions if version.public_number
    }
    for correction, number in made.corrections:
        correction.version = numbers.get((correction.event_id, number))
    Correction.objects.bulk_create(correction for correction, _number in made.corrections)


def _merge(pasts: Iterable[Past]) -> None:
    """Lead the addresses of merged entries to those that they went into; all entries are there now."""
    merged = {past.event.pk: past for past in pasts if past.history.get("merged_into")}
    into = targets(past.history["merged_into"] for past in merged.values())
    for pk, past in merged.items():
        kept = into[past.history["merged_into"]]
        Slug.objects.filter(event=pk).update(event=kept)
        Event.objects.filter(pk=pk).update(merged_into=kept)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else timezone.make_aware(moment)
