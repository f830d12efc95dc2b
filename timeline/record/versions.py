"""The versions of events: what each one's record was at each save."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Max, OuterRef, Subquery

from timeline.batches import in_batches
from timeline.models import Event, State, Version

from .form import Record


@dataclass
class Saved:
    """An event as it was saved. Its record is that of its rows; `reason` is why it was withdrawn."""

    event: Event
    record: Record
    reason: str


def make(saved: Iterable[Saved], origin: str, by: AbstractBaseUser | None) -> None:
    """Add a version to each of these events; the public number rises where readers see something else."""
    for batch in in_batches(saved):
        ids = [one.event.pk for one in batch]
        numbers = _last_numbers(ids)
        shown = last_shown([pk for pk in ids if numbers.get(pk, (0, 0))[1]])
        versions = []
        for one in batch:
            number, public = numbers.get(one.event.pk, (0, 0))
            shows_more = one.event.state == State.PUBLISHED and shown.get(one.event.pk) != one.record
            versions.append(
                Version(
                    event=one.event,
                    number=number + 1,
                    public_number=public + 1 if shows_more else None,
                    state=one.event.state,
                    record=one.record,
                    reason=one.reason,
                    origin=origin,
                    by_id=by.pk if by else None,
                    by_name=by.get_username() if by else "",
                    at=one.event.changed_at,
                )
            )
        Version.objects.bulk_create(versions)


def _last_numbers(event_ids: list[int]) -> dict[int, tuple[int, int]]:
    """The last number and the last public one of each event."""
    rows = Version.objects.filter(event__in=event_ids).order_by().values("event")
    numbers = rows.annotate(last=Max("number"), public=Max("public_number"))
    return {row["event"]: (row["last"] or 0, row["public"] or 0) for row in numbers}


def last_shown(event_ids: Collection[int]) -> dict[int, Record]:
    """What readers saw last of each of these events that they ever saw; one query a thousand."""
    found: dict[int, Record] = {}
    for batch in in_batches(event_ids):
        last = Version.objects.public().filter(event=OuterRef("event")).order_by("-number").values("number")[:1]
        shown = Version.objects.filter(event__in=batch, number=Subquery(last)).order_by()
        found.update(shown.values_list("event_id", "record"))
    return found


def latest(event_ids: Iterable[int], **only: str) -> dict[int, Version]:
    """The newest version of each event that has one; `only` narrows them, as in `origin="ingest"`."""
    found: dict[int, Version] = {}
    for batch in in_batches(event_ids):
        last = Version.objects.filter(event=OuterRef("event"), **only).order_by("-number").values("number")[:1]
        rows = Version.objects.filter(event__in=batch, number=Subquery(last)).order_by()
        found.update({row.event_id: row for row in rows})
    return found
