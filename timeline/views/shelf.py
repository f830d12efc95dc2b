"""A page that stands for one value of the filter, a topic or a source: its entries counted, and its timeline."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline import phrases
from timeline.filters import FACETS, TimelineFilter
from timeline.models import Event, Kind, Occurrence, State, Version
from timeline.models.events import EventQuerySet
from timeline.views.results import results

PARAMETERS = ("kind", "order", "after", "before")  # what such a page reads of its address


@dataclass(frozen=True)
class KindLink:
    """The same page with one kind only, or with all (`kind` empty): words, entries, address."""

    kind: str
    words: str
    count: int
    address: str
    chosen: bool


def shelf(request: HttpRequest, path: str, name: str, slug: str, words: str) -> dict[str, Any]:
    """What `_shelf_timeline.html` needs: counts, kinds and one page of the timeline; a constant number of queries.

    `name` is the parameter that the page stands for, `slug` its value and `words` its name.
    """
    asked = asked_on(request.GET, name, slug, words)
    whole = asked.but(kinds=())
    by_kind: Counter[str] = Counter()
    by_outcome: Counter[str] = Counter()
    for kind, outcome, count in whole.select().order_by().values_list("kind", "occurrence").annotate(Count("pk")):
        by_kind[kind] += count
        by_outcome[outcome] += count
    return {
        "name": name,
        "slug": slug,
        "count": by_kind.total(),
        "count_words": phrases.count_words(whole, by_kind.total()),
        "outcomes": outcome_words(by_outcome),
        "kinds": _kinds(whole, asked, by_kind, path, name),
        **results(asked, path, locked=(name,)),
    }


def asked_on(query: QueryDict, name: str, slug: str, words: str) -> TimelineFilter:
    """The page's filter: its own value, and of the address only PARAMETERS."""
    own = QueryDict(mutable=True)
    for parameter in PARAMETERS:
        own.setlist(parameter, query.getlist(parameter))
    value: dict[str, Any] = {FACETS[name]: (slug,), "names": {f"{name}:{slug}": words}}
    return replace(TimelineFilter.from_query(own), **value)


def public_before() -> EventQuerySet:
    """Events that readers can see, or could before they were withdrawn: their addresses last."""
    published_once = Exists(Version.objects.public().filter(event=OuterRef("pk")))
    return Event.objects.filter(Q(state=State.PUBLISHED) | Q(Q(state=State.WITHDRAWN), published_once))


def outcome_words(by_outcome: dict[str, int]) -> str:
    """“6 took place, 1 did not.”, “All of them took place.”, “It is planned.”; nothing where there is no entry."""
    known = [(Occurrence(value), count) for value, count in by_outcome.items() if count]
    if len(known) != 1:
        return phrases.outcomes(by_outcome)
    outcome, count = known[0]
    return {
        Occurrence.TOOK_PLACE: ngettext("It took place.", "All of them took place.", count),
        Occurrence.DID_NOT_TAKE_PLACE: ngettext("It did not take place.", "None of them took place.", count),
        Occurrence.PLANNED: ngettext("It is planned.", "All of them are planned.", count),
        Occurrence.POSTPONED: ngettext("It was postponed.", "All of them were postponed.", count),
        Occurrence.CANCELLED: ngettext("It was cancelled.", "All of them were cancelled.", count),
    }[outcome]


def kind_words(by_kind: dict[str, int]) -> str:
    """“12 statements, 5 meetings, 1 call”, the most first."""
    words = {
        Kind.MEETING: lambda count: ngettext("%d meeting", "%d meetings", count),
        Kind.CALL: lambda count: ngettext("%d call", "%d calls", count),
        Kind.STATEMENT: lambda count: ngettext("%d statement", "%d statements", count),
    }
    return ", ".join(
        words[Kind(kind)](count) % count for kind, count in sorted(by_kind.items(), key=lambda one: -one[1]) if count
    )


def _kinds(whole: TimelineFilter, asked: TimelineFilter, by_kind: Counter[str], path: str, name: str) -> list[KindLink]:
    """All, then each kind that there is."""
    names = {Kind.MEETING: _("Meetings"), Kind.CALL: _("Calls"), Kind.STATEMENT: _("Statements")}
    links = [KindLink("", _("All"), by_kind.total(), f"{path}{whole.without_parameters((name,))}", not asked.kinds)]
    for kind in Kind:
        if by_kind[kind] or kind in asked.kinds:
            address = f"{path}{whole.but(kinds=(kind.value,)).without_parameters((name,))}"
            links.append(KindLink(kind.value, names[kind], by_kind[kind], address, kind.value in asked.kinds))
    return links
