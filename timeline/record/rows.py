"""An event's rows from its record, for many events at a time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from timeline.models import (
    Citation,
    Event,
    Participation,
    Point,
    Readout,
    Slug,
    State,
    Tagging,
)

from .form import Record
from .rules import References


@dataclass
class Draft:
    """A sound record and the event that is to agree with it; `before`: what its rows say so far, None: it is new."""

    record: Record
    event: Event
    before: Record | None
    state: str
    reason: str

    def differs(self, part: str) -> bool:
        """Whether this part of the record is to be written."""
        return self.before is None or self.before[part] != self.record[part]


def save(drafts: Sequence[Draft], known: References) -> None:
    """Make the rows of these events agree with their records; links wait until all events are there."""
    now = timezone.now()
    for draft in drafts:
        _fill(draft, now)
    new = [draft.event for draft in drafts if draft.before is None]
    for event in new:
        event.derive()
    Event.objects.bulk_create(new)
    for draft in drafts:
        if draft.before is not None:
            draft.event.save()
    _save_slugs(drafts)
    _replace(Participation, "participants", drafts, lambda draft: _participants(draft, known))
    _replace(Tagging, "topics", drafts, lambda draft: _taggings(draft, known))
    _replace(Citation, "citations", drafts, lambda draft: _citations(draft, known))
    _save_readouts([draft for draft in drafts if draft.differs("readouts")], known)


def _fill(draft: Draft, now: datetime) -> None:
    event, record = draft.event, draft.record
    event.kind, event.slug, event.state = record["kind"], record["id"], draft.state
    for name in ("title", "summary", "date", "occurrence", "duration_minutes", "duration_approximate"):
        setattr(event, name, record[name])
    for name in ("note", "part_of_day", "time_zone", "format", "place", "words"):
        setattr(event, name, record[name] or "")
    event.country_id, event.initiated_by_id = record["country"], record["initiated_by"]
    withdrawn = draft.state == State.WITHDRAWN
    event.withdrawn_reason = draft.reason if withdrawn else ""
    event.withdrawn_at = (event.withdrawn_at or now) if withdrawn else None
    event.changed_at = now


def _save_slugs(drafts: Iterable[Draft]) -> None:
    new = [Slug(slug=draft.record["id"], event=draft.event) for draft in drafts if draft.differs("id")]
    Slug.objects.bulk_create(new, ignore_conflicts=True)  # it may have had this one before


def _replace(
    model: type[Participation | Tagging | Citation],
    part: str,
    drafts: Iterable[Draft],
    made: Callable[[Draft], list[Any]],
) -> None:
    """Write one part anew where it differs; what stood there goes, all of an event's at once."""
    differing = [draft for draft in drafts if draft.differs(part)]
    if old := [draft.event.pk for draft in differing if draft.before is not None]:
        rows = model.objects.filter(event__in=old)
        rows._raw_delete(rows.db)
    model.objects.bulk_create([row for draft in differing for row in made(draft)])


def _participants(draft: Draft, known: References) -> list[Participation]:
    return [
        Participation(
            event=draft.event,
            leader=known.leaders.get(one["leader"]),
            role=one["role"],
            country_id=one["country"],
            title=one["title"] or "",
            order=order,
        )
        for order, one in enumerate(draft.record["participants"])
    ]


def _taggings(draft: Draft, known: References) -> list[Tagging]:
    return [
        Tagging(event=draft.event, topic=known.topics[slug], order=order)
        for order, slug in enumerate(draft.record["topics"])
    ]


def _citations(draft: Draft, known: References) -> list[Citation]:
    return [
        Citation(
            event=draft.event,
            source=known.sources[one["source"]],
            supports=one["supports"],
            excerpt=one["excerpt"] or "",
            order=order,
        )
        for order, one in enumerate(draft.record["citations"])
    ]


def _save_readouts(drafts: Sequence[Draft], known: References) -> None:
    if old := [draft.event.pk for draft in drafts if draft.before is not None]:
        points = Point.objects.filter(readout__event__in=old)
        points._raw_delete(points.db)
    accounts: list[Record] = []

    def made(draft: Draft) -> list[Readout]:
        accounts.extend(draft.record["readouts"])
        return [
            Readout(
                event=draft.event,
                side_id=one["side"],
                given_by=known.leaders.get(one["given_by"]),
                given_as=one["given_as"] or "",
                source=known.sources.get(one["source"]),
                date=one["date"] or "",
                issued=one["issued"],
                order=order,
            )
            for order, one in enumerate(draft.record["readouts"])
        ]

    if old:
        rows = Readout.objects.filter(event__in=old)
        rows._raw_delete(rows.db)
    readouts = Readout.objects.bulk_create([row for draft in drafts for row in made(draft)])
    Point.objects.bulk_create(
        Point(readout=readout, order=order, **point)
        for readout, one in zip(readouts, accounts, strict=True)
        for order, point in enumerate(one["points"])
    )
