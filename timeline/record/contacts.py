"""The contact rows that follow from events: written anew for every event that was touched."""

from collections.abc import Iterable, Iterator
from itertools import combinations

from timeline.models import Contact, Event, Role
from timeline.models.events import Participation

from .batches import in_batches


def rebuild(event_ids: Iterable[int]) -> None:
    """Make the contact rows of these events agree with the events; part of the one writer's transaction."""
    for batch in in_batches(sorted(event_ids)):
        # No rule of their own hangs on these rows: they may go at once.
        Contact.objects.filter(event__in=batch)._raw_delete(Contact.objects.db)
        contacts = Event.objects.published().contacts().filter(pk__in=batch).prefetch_related("participations")
        Contact.objects.bulk_create(row for event in contacts for row in _pairs(event))


def _pairs(event: Event) -> Iterator[Contact]:
    sides = [one for one in event.participations.all() if one.role in (Role.PRINCIPAL, Role.HOST)]
    for one, other in combinations(sides, 2):
        if one.country_id != other.country_id:
            yield _pair(event, *sorted((one, other), key=lambda side: side.country_id))


def _pair(event: Event, a: Participation, b: Participation) -> Contact:
    return Contact(
        event=event,
        country_a_id=a.country_id,
        country_b_id=b.country_id,
        leader_a_id=a.leader_id,
        leader_b_id=b.leader_id,
        kind=event.kind,
        earliest=event.earliest,
        latest=event.latest,
        position=event.position,
    )
