"""Countries: all that appear in the record, and one country's page."""

from collections import Counter
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from timeline import counterparts, index, roster
from timeline.models import Country
from timeline.since import since, today
from timeline.site import absolute
from timeline.views.own_timeline import own_timeline


@dataclass(frozen=True)
class Row:
    """A country with how many leaders and published entries it has, and the date of its last contact in words."""

    country: Country
    leaders: int
    entries: int
    last: str


@require_safe
def countries(request: HttpRequest) -> HttpResponse:
    """Every country that took part in a published entry, the most frequent first."""
    held = index.current()
    took_part = held.families["country"]
    leaders = Counter(code for leader, codes in held.spoke_for.items() if leader for code in codes)
    last = roster.last_contacts(held, {code: bitmap & held.met for code, bitmap in took_part.items()})
    found = Country.objects.in_bulk(sorted(took_part, key=str))
    rows = [
        Row(country, leaders[country.code], len(took_part[country.code]), last.get(country.code, ""))
        for country in found.values()
    ]
    rows.sort(key=lambda row: (-row.entries, row.country.name))
    return render(request, "timeline/countries.html", {"rows": rows})


@require_safe
def country(request: HttpRequest, code: str) -> HttpResponse:
    """One country: its leaders, the countries it had contact with, and a timeline of its own."""
    if code != code.upper():
        return _redirect_to_upper_case(request, code)
    found = get_object_or_404(Country, code=code)
    day, path = today(), reverse("country", args=[code])
    gathered = counterparts.of_country(code)
    members = roster.of_country(code, day)
    return render(
        request,
        "timeline/country.html",
        {
            "country": found,
            "members": members[: counterparts.SHOWN],
            "more_members": members[counterparts.SHOWN : counterparts.MOST],
            "members_left_out": max(len(members) - counterparts.MOST, 0),
            "since": since(gathered.last, day),
            "counterparts": counterparts.shown(gathered, day, code=code),
            "address": absolute(request, path),
            **own_timeline(request, path, countries=(code,)),
        },
    )


def _redirect_to_upper_case(request: HttpRequest, code: str) -> HttpResponse:
    if not Country.objects.filter(code=code.upper()).exists():
        raise Http404
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(reverse("country", args=[code.upper()]) + (f"?{query}" if query else ""))
