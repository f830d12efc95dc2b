"""All that rests on one source."""

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from pyroaring import BitMap

from timeline import edtf, index
from timeline.entry import Entry, day_of, giver, line_of, word_of
from timeline.index.bitmaps import SOURCE
from timeline.models import Citation, Event, Readout, Source, State
from timeline.views.own_timeline import own_timeline
from timeline.views.shelf import counted, public_before

MOST_ACCOUNTS = 20


@require_safe
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """A source, what it supports, the accounts given in it, and the entries that cite it.

    404 where no reader has ever seen an entry that rests on it.
    """
    found = Source.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    held = index.current()
    cited = held.of(SOURCE, found.pk)
    accounts = _accounts(found, held)
    withdrawn = _withdrawn(found)
    if not (cited or accounts["accounts"] or withdrawn):
        raise Http404
    own: dict[str, Any] = own_timeline(request, reverse("source", args=[slug]), sources=(found.slug,))
    return render(
        request,
        "timeline/source.html",
        {
            "source": found,
            "host": urlsplit(found.url).hostname or "",
            "day": day_of(edtf.parse(found.published)) if found.published else None,
            "withdrawn": withdrawn,
            **_supports(found, len(cited)),
            **accounts,
            **counted(own["totals"]),
            **own,
        },
    )


def _withdrawn(found: Source) -> int:
    """How many entries rested on it that readers have seen. Withdrawn ones are few: each is asked for the source."""
    resting = (Exists(model.objects.filter(source=found, event=OuterRef("pk"))) for model in (Citation, Readout))
    return public_before().filter(state=State.WITHDRAWN).filter(Q(*resting, _connector=Q.OR)).count()


def _supports(found: Source, cited: int) -> dict[str, object]:
    """`supports`: (words, entries) of each field that it supports, the most first; `silent`: entries that don't say."""
    # What readers don't see is little: to know those is quicker than to look at each event that the source supports.
    unseen = Event.objects.filter(state__in=(State.DRAFT, State.WITHDRAWN)).order_by().values("pk")
    citations = Citation.objects.filter(source=found).order_by().values_list("supports")
    counts: Counter[str] = Counter()
    silent = 0
    for names, number in citations.annotate(seen=Count("pk", filter=~Q(event__in=unseen))):
        silent += 0 if names else number
        counts.update(dict.fromkeys(names, number))
    known = list(Citation.SUPPORTS)
    ordered = sorted(
        (+counts).items(), key=lambda one: (-one[1], known.index(one[0]) if one[0] in known else len(known))
    )
    return {
        "cited": cited,
        "supports": [(str(Citation.SUPPORTS.get(name, name)), count) for name, count in ordered],
        "silent": silent,
    }


@dataclass(frozen=True)
class Given:
    """One account given in the source: whose, when, of which event, and how sure its points are."""

    readout: Readout
    entry: Entry
    giver: str
    when: str
    strokes: list[str]
    words: str


def _accounts(found: Source, held: index.Index) -> dict[str, object]:
    """`accounts`: those of the newest events; `more_accounts`: how many there are besides. Three queries."""
    readouts = Readout.objects.filter(source=found).order_by()
    events = [one for one in readouts.values_list("event_id", flat=True).iterator() if one in held.published]
    newest = list(islice(held.walk(BitMap(events), falling=True), MOST_ACCOUNTS))
    shown = readouts.filter(event__in=newest).select_related("event", "side", "given_by").prefetch_related("points")
    in_order = sorted(shown, key=lambda one: (newest.index(one.event_id), one.order, one.pk))[:MOST_ACCOUNTS]
    accounts = [_given(readout) for readout in in_order]
    return {"accounts": accounts, "account_count": len(events), "more_accounts": len(events) - len(accounts)}


def _given(readout: Readout) -> Given:
    points = list(readout.points.all())
    counts = Counter(word_of(point) for point in points)
    return Given(
        readout,
        Entry(readout.event),
        giver(readout),
        edtf.words(readout.date, unknown=False) if readout.date else "",
        [line_of(point) for point in points[:40]],
        "; ".join(f"{count} {word}" for word, count in counts.items()),
    )
