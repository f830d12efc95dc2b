"""The timeline and its next entries."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline import phrases, strip
from timeline.facets import by_outcome
from timeline.filters import TimelineFilter
from timeline.site import absolute
from timeline.views import share
from timeline.views.facet_lists import facet_lists
from timeline.views.results import results

MOST_WAYS_OUT = 10  # each costs a count


@require_safe
def timeline(request: HttpRequest) -> HttpResponse:
    """All entries that match, newest first: filters, strip, results. Every view is an address."""
    asked = TimelineFilter.from_query(request.GET)
    if asked.has_blanks and not asked.ignored:
        return redirect(reverse("timeline") + asked.address.removeprefix("."))
    outcomes = by_outcome(asked)
    count = sum(outcomes.values())
    found = results(asked, reverse("timeline"))
    canonical = absolute(request, reverse("timeline") + asked.address.removeprefix("."))
    forms = share.view_forms(asked)
    response = render(
        request,
        "timeline/timeline.html",
        {
            "asked": asked,
            "canonical": canonical,
            "title": phrases.title(asked, count),
            "count": phrases.count_words(asked, count),
            "conditions": phrases.conditions(asked),
            "outcomes": phrases.outcomes(outcomes),
            "chips": phrases.chips(asked),
            "facets": facet_lists(asked),
            "strip": strip.strip(asked),
            "changed_at": asked.index.changed_at,
            "ways_out": _ways_out(asked) if not count else [],
            "forms": forms,
            **found,
        },
    )
    response["Link"] = share.view_link_header(request, canonical, found, forms)
    return response


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """Only the next entries of a view, for “Load earlier entries”."""
    asked = TimelineFilter.from_query(request.GET)
    return render(request, "timeline/_entries.html", results(asked, reverse("timeline"), continues=True))


def _ways_out(asked: TimelineFilter) -> list[dict[str, object]]:
    """What dropping each filter in use would give; the last one drops them all."""
    chips = phrases.chips(asked)[:MOST_WAYS_OUT]
    ways = [
        (chip.without, _("Without %(name)s “%(value)s”") % {"name": chip.label, "value": chip.words}) for chip in chips
    ]
    if len(chips) > 1:
        ways.append((TimelineFilter(order=asked.order, held=asked.index), _("Clear all and start again")))
    return [
        {
            "address": without.address,
            "words": words,
            "count": phrases.count_words(without, count),
            "dead": not count,
        }
        for without, words in ways
        for count in [len(without.ids())]
    ]
