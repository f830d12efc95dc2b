"""Entries that are likely the same event as another: of the same kind, on the same days, with the same principals."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q

from timeline import edtf
from timeline.models import Event, Participation, Role

MOST = 5
_TAKES_PART = (Role.PRINCIPAL, Role.HOST, Role.SPEAKER)
_LOOKED_AT = 200  # events of the same kind, days and people; more are told by their dates

Side = tuple[str, str]  # a leader's slug and "", or "" and the country of a delegation


def likely(record: dict[str, Any], *, but: Event | None = None) -> list[Event]:
    """The events that a canonical, completed record may be a second entry of, the nearest in time first.

    At most MOST; drafts and published ones, not `but`. Two queries. A date that can't be read has no twins.
    """
    try:
        day = edtf.parse(record["date"])
    except edtf.EdtfError:
        return []
    ours = _sides((one["leader"], one["country"]) for one in record["participants"] if one["role"] in _TAKES_PART)
    if not ours:
        return []
    leaders = [leader for leader, _country in ours if leader]
    countries = [country for _leader, country in ours if country]
    taking_part = Participation.objects.filter(
        Q(leader__slug__in=leaders) | Q(leader=None, country__in=countries), role__in=_TAKES_PART
    )
    events = (
        Event.objects.of_kind(record["kind"])
        .overlapping(day.earliest, day.latest)
        .filter(state__in=("draft", "published"), pk__in=taking_part.values("event_id"))
        .prefetch_related(Prefetch("participations", Participation.objects.select_related("leader", "country")))
    )
    if but:
        events = events.exclude(pk=but.pk)
    found = [event for event in events.order_by("pk")[:_LOOKED_AT] if _is_same(ours, sides_of(event))]
    return sorted(found, key=lambda event: _distance(event, day.earliest, day.latest))[:MOST]


def sides_of(event: Event) -> set[Side]:
    """Who took part in an event, addressees apart; reads `participations`, which may be prefetched."""
    people = (one for one in event.participations.all() if one.role in _TAKES_PART)
    return _sides((one.leader.slug if one.leader else None, one.country_id) for one in people)


def _sides(people: Iterable[tuple[str | None, str | None]]) -> set[Side]:
    return {(leader, "") if leader else ("", country or "") for leader, country in people}


def _is_same(ours: set[Side], theirs: set[Side]) -> bool:
    """The same principals, or all of the shorter list in the longer one: the second entry may know fewer."""
    return ours <= theirs or theirs <= ours


def _distance(event: Event, first: date, last: date) -> int:
    """How many days its first and last day are away from these."""
    return abs((event.earliest - first).days) + abs((event.latest - last).days)
