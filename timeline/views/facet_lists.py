"""The facets as lists of checkboxes, beside the timeline."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.text import capfirst

from timeline.facets import Facet, Value, facets
from timeline.filters import TimelineFilter
from timeline.index import NOUNS
from timeline.pattern import Text, filled_each


@dataclass(frozen=True)
class FacetList:
    """A facet's checkboxes as HTML: those always in sight, and those folded away. `more` is the facet's."""

    name: str
    label: str
    shown: SafeString
    folded: SafeString
    number_folded: int
    more: int


def facet_lists(asked: TimelineFilter) -> list[FacetList]:
    """Every facet of a filter."""
    return [
        FacetList(name, facet.label, _items(facet, facet.first), _items(facet, rest), len(rest), facet.more)
        for name, facet in facets(asked).items()
        for rest in [facet.rest]
    ]


def _items(facet: Facet, values: Iterable[Value]) -> SafeString:
    return filled_each("timeline/_facet_value.html", (_item(facet.name, one) for one in values))


def _item(name: str, one: Value) -> tuple[dict[str, Text], dict[str, Any]]:
    texts: dict[str, Text] = {
        "one.name": one.name,
        "one.words": capfirst(one.name),
        "one.count": str(one.count),
        "one.share": str(one.share),
    }
    fixed: dict[str, Any] = {"facet.name": name, "one.chosen": one.chosen, "one.has_any": one.count > 0}
    # Kinds and outcomes are few, and each has a mark of its own.
    (texts if name in NOUNS else fixed)["one.value"] = one.value
    return texts, fixed
