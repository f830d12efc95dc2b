"""How many entries each value of each facet would give, counted under the other filters."""

import heapq
from dataclasses import dataclass

from django.utils.translation import gettext as _
from pyroaring import BitMap

from timeline.filters import FACETS, TimelineFilter
from timeline.index import NOUNS, Index
from timeline.index.bitmaps import Key
from timeline.models import Kind, Occurrence

SHOWN = 8  # values of a facet that are always in sight
MOST = 58  # and those that can be unfolded with them


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
    """A facet's values, the most frequent first; kinds and outcomes in their own order.

    `more` is how many values besides would give some entries, each fewer than those that are here.
    """

    name: str
    label: str
    values: list[Value]
    more: int = 0

    @property
    def first(self) -> list[Value]:
        """The values that are always shown: the first eight, and every chosen one."""
        return [one for place, one in enumerate(self.values) if place < SHOWN or one.chosen]

    @property
    def rest(self) -> list[Value]:
        return [one for place, one in enumerate(self.values) if place >= SHOWN and not one.chosen]


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
    """Every facet of a filter, by its parameter's name; nothing is asked of the database."""
    return {name: _facet(name, asked) for name in ("kind", "occurrence", "country", "leader", "topic")}


def _facet(name: str, asked: TimelineFilter) -> Facet:
    # With match=all each further country or leader narrows what the chosen ones have left.
    narrows = asked.match == "all" and name in ("country", "leader")
    others = asked.ids(without="" if narrows else name)
    chosen = getattr(asked, FACETS[name])
    if name not in NOUNS:
        return Facet(name, labels()[name], _own_order(name, asked.index, others, chosen))
    return _named(name, asked, others, chosen)


def _own_order(name: str, index: Index, others: BitMap, chosen: tuple[str, ...]) -> list[Value]:
    choices = list(Kind if name == "kind" else Occurrence)
    counts = [others.intersection_cardinality(index.of(name, one.value)) for one in choices]
    return [
        Value(one.value, str(one.label), count, one.value in chosen, _share(count, len(others)))
        for one, count in zip(choices, counts, strict=True)
    ]


def _named(name: str, asked: TimelineFilter, others: BitMap, chosen: tuple[str, ...]) -> Facet:
    index = asked.index
    counts, known = _most(index, name, others)
    for slug in chosen:
        if (key := index.key(name, slug)) is not None and key not in counts:
            counts[key] = others.intersection_cardinality(index.of(name, key))
    values = []
    for key, count in counts.items():
        slug, words = index.name(name, key)
        values.append(Value(slug, words, count, slug in chosen, _share(count, len(others))))
    values.sort(key=lambda one: (-one.count, one.name))
    return Facet(name, labels()[name], values, more=known - sum(count > 0 for count in counts.values()))


def _share(count: int, whole: int) -> int:
    return round(100 * count / whole) if whole else 0


def _most(index: Index, name: str, others: BitMap) -> tuple[dict[Key, int], int]:
    """How many of the others each of the MOST most frequent values has, and how many values have any."""
    if len(others) == len(index.published):
        ranked = index.ranked(name)
        return {key: count for count, key in ranked[:MOST]}, len(ranked)
    counts = index.counts(name, others)
    first = heapq.nsmallest(MOST, counts.items(), key=lambda one: (-one[1], str(one[0])))
    return dict(first), len(counts)


def by_outcome(asked: TimelineFilter) -> dict[str, int]:
    """How many of the matching entries took place, did not, and so on; their sum is the count."""
    found = asked.ids()
    counts = asked.index.counts("occurrence", found)
    return {str(occurrence): count for occurrence, count in counts.items()}
