"""The contact rows that follow from events: written anew for every event that was touched."""

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any, NamedTuple

from timeline.batches import in_batches
from timeline.models import Contact, Event, Participation, Role


def rebuild(event_ids: Iterable[int]) -> None:
    """Make the contact rows of these events agree with the events; part of the one writer's transaction."""
    for batch in in_batches(sorted(event_ids)):
        # No rule of their own hangs on these rows: they may go at once.
        Contact.objects.filter(event__in=batch)._raw_delete(Contact.objects.db)
        contacts = Event.objects.published().contacts().filter(pk__in=batch).order_by()
        columns = ("pk", "kind", "earliest", "latest", "position")
        events = {row["pk"]: row for row in contacts.values(*columns)}
        sides = Participation.objects.filter(event__in=list(events), role__in=(Role.PRINCIPAL, Role.HOST))
        by_event: dict[int, list[_Side]] = {}
        for pk, country, leader in sides.order_by("order", "id").values_list("event", "country", "leader"):
            by_event.setdefault(pk, []).append(_Side(country, leader))
        Contact.objects.bulk_create(
            contact for pk, row in events.items() for contact in _pairs(row, by_event.get(pk, []))
        )


class _Side(NamedTuple):
    """Who took part, for which country."""

    country: str
    leader: int | None


def _pairs(event: dict[str, Any], sides: list[_Side]) -> Iterator[Contact]:
    for one, other in combinations(sides, 2):
        if one.country != other.country:
            yield _pair(event, *sorted((one, other), key=lambda side: side.country))


def _pair(event: dict[str, Any], a: _Side, b: _Side) -> Contact:
    return Contact(
        event_id=event["pk"],
        country_a_id=a.country,
        country_b_id=b.country,
        leader_a_id=a.leader,
        leader_b_id=b.leader,
        kind=event["kind"],
        earliest=event["earliest"],
        latest=event["latest"],
        position=event["position"],
    )
