"""The timeline that a page has of its own: a leader's, a country's, a pair's, a topic's, a source's."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from timeline.filters import FACETS, TimelineFilter
from timeline.totals import totals
from timeline.views import share
from timeline.views.results import results

READ = ("kind", "order", "after", "before")


def own_timeline(request: HttpRequest, path: str, **fixed: Any) -> dict[str, Any]:
    """What `_own_timeline.html` needs: the entries that `fixed` (attributes of TimelineFilter) asks for.

    Of the address's query string only `kind`, `order` and the cursors are read; the page itself stands for the
    rest. `totals` counts all of its entries, whatever kind they are narrowed to.
    """
    query = QueryDict(mutable=True)
    for name in READ:
        if values := request.GET.getlist(name):
            query.setlist(name, values)
    asked: TimelineFilter = replace(TimelineFilter.from_query(query), **fixed)
    parameters = {attribute: name for name, attribute in FACETS.items()}
    locked = tuple(parameters.get(attribute, attribute) for attribute in fixed)
    counted = totals(asked)
    return {
        "totals": counted,
        "kinds": counted.links(asked, path, locked),
        "all_filters": reverse("timeline") + asked.but(order="newest").address,
        "path": path,
        "forms": share.view_forms(asked),
        **results(asked, path, locked=locked),
    }
