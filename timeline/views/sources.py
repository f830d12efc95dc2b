"""All that rests on one source."""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from timeline import edtf, index
from timeline.entry import Entry, day_of, giver, line_of, word_of
from timeline.index.bitmaps import SOURCE
from timeline.models import Citation, Readout, Source, State
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
    cited = index.current().of(SOURCE, found.pk)
    citing, giving = (model.objects.filter(source=found).values("event") for model in (Citation, Readout))
    resting = public_before().filter(Q(pk__in=citing) | Q(pk__in=giving))
    if not cited and not resting.exists():
        raise Http404
    own: dict[str, Any] = own_timeline(request, reverse("source", args=[slug]), sources=(found.slug,))
    return render(
        request,
        "timeline/source.html",
        {
            "source": found,
            "host": urlsplit(found.url).hostname or "",
            "day": day_of(edtf.parse(found.published)) if found.published else None,
            "withdrawn": resting.filter(state=State.WITHDRAWN).count(),
            **_supports(found, len(cited)),
            **_accounts(found),
            **counted(own["totals"]),
            **own,
        },
    )


def _supports(found: Source, cited: int) -> dict[str, object]:
    """`supports`: (words, entries) of each field that it supports, the most first; `silent`: entries that don't say."""
    citations = Citation.objects.filter(source=found, event__state=State.PUBLISHED).order_by()
    counts: Counter[str] = Counter()
    silent = 0
    for names, number in citations.values_list("supports").annotate(Count("pk")):
        silent += 0 if names else number
        counts.update(dict.fromkeys(names, number))
    known = list(Citation.SUPPORTS)
    ordered = sorted(counts.items(), key=lambda one: (-one[1], known.index(one[0]) if one[0] in known else len(known)))
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


def _accounts(found: Source) -> dict[str, object]:
    """`accounts`: those of the newest events; `more_accounts`: how many there are besides. Three queries."""
    readouts = Readout.objects.filter(source=found, event__state=State.PUBLISHED)
    ordered = readouts.order_by("-event__position", "-event_id", "order", "id")
    shown = ordered.select_related("event", "side", "given_by").prefetch_related("points")[:MOST_ACCOUNTS]
    accounts = [_given(readout) for readout in shown]
    return {"accounts": accounts, "account_count": (total := readouts.count()), "more_accounts": total - len(accounts)}


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
