"""How many entries each value of each facet would give, counted under the other filters."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from timeline.filters import FACETS, TimelineFilter
from timeline.models import Event, Kind, Occurrence, Participation, Tagging


@dataclass(frozen=True)
class Value:
    """One value of a facet: what stands in the address, its name, and how many entries it would give."""

    value: str
    name: str
    count: int
    chosen: bool
    share: int  # per cent of the entries that the other filters leave


@dataclass(frozen=True)
class Facet:
    """A facet's values, the most frequent first; kinds and outcomes in their own order."""

    name: str
    label: str
    values: list[Value]

    @property
    def first(self) -> list[Value]:
        """The values that are always shown: the first eight, and every chosen one."""
        return [one for place, one in enumerate(self.values) if place < _SHOWN or one.chosen]

    @property
    def rest(self) -> list[Value]:
        return [one for place, one in enumerate(self.values) if place >= _SHOWN and not one.chosen]


_SHOWN = 8


def labels() -> dict[str, str]:
    """The facets' names, by parameter."""
    return {
        "kind": _("Kind"),
        "occurrence": _("Outcome"),
        "country": _("Country"),
        "leader": _("Leader"),
        "topic": _("Topic"),
        "source": _("Source"),
    }


def facets(asked: TimelineFilter) -> dict[str, Facet]:
    """Every facet of a filter, by its parameter's name; two queries a facet at the most."""
    return {name: _facet(name, asked) for name in _COUNTERS}


def _facet(name: str, asked: TimelineFilter) -> Facet:
    others = asked.but(**{FACETS[name]: ()}).select()
    # With match=all each further country or leader narrows what the chosen ones have left.
    if asked.match == "all" and name in ("country", "leader"):
        others = asked.select()
    chosen = getattr(asked, FACETS[name])
    counted = _COUNTERS[name](others)
    for value in chosen:
        counted.setdefault(value, (asked.names.get(f"{name}:{value}", value), 0))
    whole = max((count for _, count in counted.values()), default=0)
    if name in ("kind", "occurrence"):
        whole = sum(count for _, count in counted.values())
    elif counted:
        whole = others.count()
    values = [
        Value(value, label, count, value in chosen, round(100 * count / whole) if whole else 0)
        for value, (label, count) in counted.items()
    ]
    if name not in ("kind", "occurrence"):
        values.sort(key=lambda one: (-one.count, one.name))
    return Facet(name, labels()[name], values)


_Counted = dict[str, tuple[str, int]]


def _kinds(events: QuerySet[Event]) -> _Counted:
    found = dict(events.order_by().values_list("kind").annotate(Count("pk")))
    return {kind.value: (str(kind.label), found.get(kind.value, 0)) for kind in Kind}


def _occurrences(events: QuerySet[Event]) -> _Counted:
    found = dict(events.order_by().values_list("occurrence").annotate(Count("pk")))
    return {one.value: (str(one.label), found.get(one.value, 0)) for one in Occurrence}


def _countries(events: QuerySet[Event]) -> _Counted:
    rows = Participation.objects.filter(event__in=events.values("pk")).order_by()
    counts = rows.values_list("country", "country__name").annotate(Count("event", distinct=True))
    return {code: (name, count) for code, name, count in counts}


def _leaders(events: QuerySet[Event]) -> _Counted:
    rows = Participation.objects.filter(event__in=events.values("pk"), leader__isnull=False).order_by()
    counts = rows.values_list("leader__slug", "leader__name").annotate(Count("event"))
    return {slug: (name, count) for slug, name, count in counts}


def _topics(events: QuerySet[Event]) -> _Counted:
    rows = Tagging.objects.filter(event__in=events.values("pk")).order_by()
    counts = rows.values_list("topic__slug", "topic__name").annotate(Count("event"))
    return {slug: (name, count) for slug, name, count in counts}


_COUNTERS = {
    "kind": _kinds,
    "occurrence": _occurrences,
    "country": _countries,
    "leader": _leaders,
    "topic": _topics,
}


def by_outcome(asked: TimelineFilter) -> dict[str, int]:
    """How many of the matching entries took place, did not, and so on; their sum is the count."""
    return dict(asked.select().order_by().values_list("occurrence").annotate(Count("pk")))
