"""What the pages of topics and of sources share: which events readers may know of, and counts in words."""

from collections import Counter

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import ngettext

from timeline import phrases
from timeline.models import Event, Kind, Occurrence, State, Version
from timeline.models.events import EventQuerySet
from timeline.totals import Totals


def public_before() -> EventQuerySet:
    """Events that readers can see, or could before they were withdrawn: their addresses last."""
    published_once = Exists(Version.objects.public().filter(event=OuterRef("pk")))
    return Event.objects.filter(Q(state=State.PUBLISHED) | Q(Q(state=State.WITHDRAWN), published_once))


def counted(totals: Totals) -> dict[str, object]:
    """`count`, `count_words` (“32 entries”) and `outcomes` (“31 took place, 1 did not.”) of a page's entries."""
    by_outcome: Counter[str] = Counter()
    for group in totals.groups:
        by_outcome[group.occurrence] += group.number
    count_words = ngettext("%d entry", "%d entries", totals.all) % totals.all
    return {"count": totals.all, "count_words": count_words, "outcomes": outcome_words(by_outcome)}


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
    ordered = sorted(by_kind.items(), key=lambda one: -one[1])
    return ", ".join(words[Kind(kind)](count) % count for kind, count in ordered if count)
