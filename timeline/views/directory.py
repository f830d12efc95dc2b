"""Where things are: the sitemap, robots.txt, the schema, and the page in words about data and feeds."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import F, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline import changes, index
from timeline.formats import table
from timeline.index import Index
from timeline.index.bitmaps import SOURCE
from timeline.ingest import dossier
from timeline.models import Country, Event, Kind, Leader, Occurrence, Participation, State, Topic
from timeline.site import base
from timeline.views import exports, share
from timeline.views.machine import answer

ADDRESSES = 10_000  # of a part of the sitemap; up to 50,000 are allowed
_XML = "application/xml; charset=utf-8"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may ask for: all that is public, but not every combination of filters."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /account/",
        "Disallow: /entries/",
        "Disallow: /*?*country=*country=",
        "Disallow: /*?*leader=*leader=",
        "Disallow: /*?*after=",
        "Disallow: /*?*before=",
        "",
        f"Sitemap: {base(request)}{reverse('sitemap')}",
        "",
    ]
    return answer("\n".join(lines), "text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The index of the sitemap: a part for pages, one for each ten thousand numbers of events, and of sources."""
    site, held = base(request), index.current()
    root = ElementTree.Element("sitemapindex", xmlns=_SITEMAP)
    _place(root, "sitemap", site + reverse("sitemap-part", args=[0]), held.changed_at)
    parts = Event.objects.published().order_by().values_list(F("pk") / ADDRESSES).annotate(at=Max("changed_at"))
    for number, at in sorted(parts):
        _place(root, "sitemap", site + reverse("sitemap-part", args=[number + 1]), at)
    for number in sorted({key // ADDRESSES for key in _cited(held)}):
        _place(root, "sitemap", site + reverse("sitemap-sources", args=[number + 1]))
    return _written(root)


@require_safe
def sitemap_part(request: HttpRequest, part: int) -> HttpResponse:
    """One part: 0 are the pages, the others the events of ten thousand numbers each."""
    site = base(request)
    root = ElementTree.Element("urlset", xmlns=_SITEMAP)
    if part == 0:
        for path in _pages():
            _place(root, "url", site + path)
        return _written(root)
    if part > 2**40:
        raise Http404
    numbers = _numbers(part)
    events = Event.objects.published().filter(pk__gte=numbers.start, pk__lt=numbers.stop).order_by("pk")
    for slug, at in events.values_list("slug", "changed_at"):
        _place(root, "url", site + reverse("event", args=[slug]), at)
    if not len(root):
        raise Http404
    return _written(root)


@require_safe
def sitemap_of_sources(request: HttpRequest, part: int) -> HttpResponse:
    """The cited sources of ten thousand numbers."""
    site, held, numbers = base(request), index.current(), _numbers(part)
    root = ElementTree.Element("urlset", xmlns=_SITEMAP)
    for key in sorted(key for key in _cited(held) if key in numbers):
        slug, _title = held.name(SOURCE, key)
        _place(root, "url", site + reverse("source", args=[slug]))
    if not len(root):
        raise Http404
    return _written(root)


def _numbers(part: int) -> range:
    """The numbers that a part holds, which are counted from 1 on."""
    return range((part - 1) * ADDRESSES, part * ADDRESSES)


def _cited(held: Index) -> Iterator[int]:
    """The number of each source that a published entry cites, in no order."""
    return (key for key in held.families[SOURCE] if isinstance(key, int))


def _pages() -> list[str]:
    named = ["timeline", "leaders", "countries", "topics", "corrections", "about", "marks", "api"]
    shown = Participation.objects.filter(event__state=State.PUBLISHED).order_by()
    leaders = Leader.objects.filter(pk__in=shown.values("leader")).order_by("slug").values_list("slug", flat=True)
    countries = Country.objects.filter(pk__in=shown.values("country")).order_by("code").values_list("code", flat=True)
    topics = Topic.objects.filter(events__state=State.PUBLISHED).distinct().order_by("slug")
    return [
        *(reverse(name) for name in named),
        *(reverse("leader", args=[slug]) for slug in leaders[:ADDRESSES]),
        *(reverse("country", args=[code]) for code in countries),
        *(reverse("topic", args=[slug]) for slug in topics.values_list("slug", flat=True)[:ADDRESSES]),
    ]


def _place(root: ElementTree.Element, tag: str, address: str, at: datetime | None = None) -> None:
    place = ElementTree.SubElement(root, tag)
    ElementTree.SubElement(place, "loc").text = address
    if at is not None:
        ElementTree.SubElement(place, "lastmod").text = at.astimezone(UTC).isoformat(timespec="seconds")


def _written(root: ElementTree.Element) -> HttpResponse:
    return answer(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True), _XML)


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of dossiers, which all our JSON keeps to; its `$id` is this address."""
    content = json.loads(dossier.SCHEMA.read_text(encoding="utf-8"))
    content["$id"] = base(request) + reverse("schema")
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    return answer(text, "application/schema+json; charset=utf-8")


@require_safe
def api(request: HttpRequest) -> HttpResponse:
    """Every address for machines in words, each with an example that works here."""
    held = index.current()
    newest = held.newest(held.published)
    event = Event.objects.with_entry().filter(pk=newest).first() if newest is not None else None
    context = {
        "event": event,
        "short": share.short(event) if event else "",
        "site_url": base(request),
        "data_version": held.version,
        "most_changes": intcomma(changes.MOST_CHANGES),
        "columns": table.COLUMNS,
        "json_page": exports.PAGE,
        "feed_page": exports.ENTRIES,
        "parameters": _parameters(),
    }
    return render(request, "timeline/api.html", context)


def _parameters() -> list[tuple[tuple[str, ...], str, str]]:
    """What selects a view: names, what they take, and an example of a query string."""
    kinds, outcomes = ", ".join(Kind.values), ", ".join(Occurrence.values)
    return [
        (("q",), _("Words, all of which must be found; “words” together, -word left out."), "q=Taiwan"),
        (("kind",), kinds + _("; like all down to source it may stand several times: any of them."), "kind=call"),
        (("occurrence",), f"{outcomes}.", "occurrence=did_not_take_place"),
        (("country",), _("A code of ISO 3166-1, as in JP."), "country=JP"),
        (("leader", "topic", "source"), _("A name as it stands in the address of its page."), "leader=xi-jinping"),
        (("match",), _("all: all of the countries and all of the leaders."), "country=JP&country=CN&match=all"),
        (("since", "until"), _("A date in EDTF; what overlaps it is found."), "since=2025-11&until=2025-11-25"),
        (("order",), _("oldest: the oldest first. Feeds keep to what changed last."), "order=oldest"),
        (("after", "before"), _("A place in JSON and feeds, as the link to the next page has it."), ""),
        (("since_change",), _("What changed since: see below."), ""),
    ]
