"""The same questions that the index answers, asked of the database plainly: what the index must agree with."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from timeline import edtf, search
from timeline.filters import FACETS, TimelineFilter
from timeline.models import Citation, Contact, Event, Leader, Participation, Tagging
from timeline.models.events import EventQuerySet
from timeline.position import BUCKET


def select(asked: TimelineFilter) -> EventQuerySet:
    """The published events that match, in no order and from no page."""
    selected = Event.objects.published()
    query = search.parse(asked.q)
    if query:
        selected = selected.filter(pk__in=search.matching(query).values("pk"))
    if asked.kinds:
        selected = selected.filter(kind__in=asked.kinds)
    if asked.occurrences:
        selected = selected.filter(occurrence__in=asked.occurrences)
    for condition in _people(asked):
        selected = selected.filter(pk__in=condition.values("event_id"))
    if asked.topics:
        selected = selected.filter(pk__in=Tagging.objects.filter(topic__slug__in=asked.topics).values("event_id"))
    if asked.sources:
        cited = Citation.objects.filter(source__slug__in=asked.sources)
        selected = selected.filter(pk__in=cited.values("event_id"))
    if asked.since:
        selected = selected.filter(latest__gte=edtf.parse(asked.since).earliest)
    if asked.until:
        selected = selected.filter(earliest__lte=edtf.parse(asked.until).latest)
    return selected


def _people(asked: TimelineFilter) -> Iterator[QuerySet[Any]]:
    for lookup, chosen in (("country", asked.countries), ("leader__slug", asked.leaders)):
        named = Participation.objects.filter(**{f"{lookup}__in": chosen})
        if chosen and asked.match == "all":
            counted = named.values("event_id").annotate(named=Count(lookup, distinct=True))
            yield counted.filter(named=len(chosen))
        elif chosen:
            yield named


def ids(asked: TimelineFilter) -> set[int]:
    return set(select(asked).values_list("pk", flat=True))


def in_order(asked: TimelineFilter) -> list[int]:
    """The newest first."""
    return list(select(asked).newest_first().values_list("pk", flat=True))


def facet(name: str, asked: TimelineFilter) -> dict[str, int]:
    """Entries by value, under the other filters."""
    narrows = asked.match == "all" and name in ("country", "leader")
    events = select(asked if narrows else asked.but(**{FACETS[name]: ()})).values("pk")
    people, tags = Participation.objects.filter(event__in=events), Tagging.objects.filter(event__in=events)
    rows: QuerySet[Any] = {
        "kind": Event.objects.filter(pk__in=events).values_list("kind"),
        "occurrence": Event.objects.filter(pk__in=events).values_list("occurrence"),
        "country": people.values_list("country"),
        "leader": people.filter(leader__isnull=False).values_list("leader__slug"),
        "topic": tags.values_list("topic__slug"),
    }[name]
    counted = Count("pk") if name in ("kind", "occurrence") else Count("event", distinct=True)
    return dict(rows.order_by().annotate(number=counted).values_list(rows.query.values_select[0], "number"))


def groups(asked: TimelineFilter) -> dict[tuple[str, str, bool], int]:
    """Entries by kind, outcome and whether they were multilateral."""
    found: dict[tuple[str, str, bool], int] = {}
    rows = select(asked).order_by().values_list("kind", "occurrence", "format").annotate(Count("pk"))
    for kind, occurrence, form, number in rows:
        key = kind, occurrence, form == "multilateral"
        found[key] = found.get(key, 0) + number
    return found


def buckets(asked: TimelineFilter) -> dict[int, int]:
    """Entries by the day and part of the day that they are put in order under."""
    rows = select(asked).order_by().values_list(F("position") / BUCKET)
    return dict(rows.annotate(Count("pk")))


def history(one: int, other: int) -> list[int]:
    """The contacts of two leaders, the oldest first."""
    rows = Contact.objects.filter(leader_a__in=(one, other), leader_b__in=(one, other))
    return list(dict.fromkeys(rows.order_by("position", "event_id").values_list("event_id", flat=True)))


def between(one: str, other: str) -> list[int]:
    """The contacts of two countries, the oldest first."""
    rows = Contact.objects.filter(country_a__in=(one, other), country_b__in=(one, other))
    return list(dict.fromkeys(rows.order_by("position", "event_id").values_list("event_id", flat=True)))


# Who with whom -----------------------------------------------------------------------------------------------

Counterparts = dict[tuple[str, str], list[int]]


def counterparts_of_leader(leader: Leader) -> tuple[Counterparts, Counterparts]:
    """By counterpart: the contacts, and what did not take place; each in order."""
    rows = Contact.objects.filter(Q(leader_a=leader) | Q(leader_b=leader)).order_by("position", "event_id")
    met: Counterparts = {}
    for event, a, b, code_a, code_b in rows.values_list("event_id", "leader_a", "leader_b", "country_a", "country_b"):
        _note(met, _who(*((b, code_b) if a == leader.pk else (a, code_a))), event)
    hollow: Counterparts = {}
    for event, sides in _hollow_sides().items():
        own = {code for one, code in sides if one == leader.pk}
        for one, code in sides:
            if own and one != leader.pk and code not in own:
                _note(hollow, _who(one, code), event)
    return met, hollow


def counterparts_of_country(code: str) -> tuple[Counterparts, Counterparts]:
    rows = Contact.objects.filter(Q(country_a=code) | Q(country_b=code)).order_by("position", "event_id")
    met: Counterparts = {}
    for event, a, b in rows.values_list("event_id", "country_a", "country_b"):
        _note(met, ("country", b if a == code else a), event)
    hollow: Counterparts = {}
    for event, sides in _hollow_sides().items():
        codes = {one for _leader, one in sides}
        for other in codes - {code} if code in codes else ():
            _note(hollow, ("country", other), event)
    return met, hollow


def _who(leader: int | None, code: str) -> tuple[str, str]:
    return ("leader", str(leader)) if leader else ("country", code)


def _note(found: Counterparts, who: tuple[str, str], event: int) -> None:
    events = found.setdefault(who, [])
    if event not in events:
        events.append(event)


def _hollow_sides() -> dict[int, list[tuple[int | None, str]]]:
    """Who was to take part in what did not take place, or not yet, in order."""
    events = Event.objects.published().of_kind("meeting", "call").exclude(occurrence="took_place")
    rows = Participation.objects.filter(event__in=events.exclude(format="multilateral"))
    found: dict[int, list[tuple[int | None, str]]] = {}
    for event, leader, code in rows.order_by("event__position", "event_id").values_list(
        "event_id", "leader", "country"
    ):
        found.setdefault(event, []).append((leader, code))
    return found


def taking_part(topic: str) -> dict[str, int]:
    """Entries on a topic by leader, without those that they are only addressed in."""
    rows = Participation.objects.filter(event__in=select(TimelineFilter(topics=(topic,))), leader__isnull=False)
    counted = rows.exclude(role="addressee").order_by().values_list("leader__slug").annotate(Count("event"))
    return dict(counted)
