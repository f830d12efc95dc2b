"""What a citation of an event names: its public version, when that was made, and what never changes about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models.fields.json import KT

from timeline.batches import in_batches
from timeline.models import Version


@dataclass(frozen=True)
class Publication:
    """An event as it was published: `number` counts its public versions, `at` is when the last was made.

    `first_slug` is the slug of its first public version: a rename leaves it as it is, so it names the event where a
    machine must know it again (a feed's entry, a calendar's event).
    """

    first_slug: str
    first_at: datetime
    number: int
    at: datetime


def publications(event_ids: Iterable[int]) -> dict[int, Publication]:
    """The publications of these events by id, for those that readers have seen; one query a thousand."""
    found: dict[int, Publication] = {}
    for batch in in_batches(event_ids):
        versions = Version.objects.public().filter(event__in=batch).order_by("event", "public_number")
        for event, number, at, slug in versions.values_list("event", "public_number", "at", KT("record__id")):
            first = found.get(event)
            found[event] = (
                Publication(first.first_slug, first.first_at, number, at)
                if first
                else Publication(slug, at, number, at)
            )
    return found


def publication(event_id: int) -> Publication:
    """The publication of one event that readers have seen; KeyError where they have not."""
    return publications([event_id])[event_id]
