"""An event on other people's pages: the card for their frames, and oEmbed, by which their software finds it."""

from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from timeline.entry import Entry, line_of
from timeline.filters import Ignored
from timeline.formats import card as picture
from timeline.formats import frame
from timeline.formats.citation import NAME
from timeline.formats.publication import publication
from timeline.models import Event
from timeline.site import base
from timeline.views import share
from timeline.views.events import as_card
from timeline.views.found import Moved, Withdrawn, gone_words, numbered, of_event, published
from timeline.views.machine import PLAIN, answer, data, missing_words, refused

_NARROWEST, _WIDEST = 260, 704


def _gone(request: HttpRequest, event: Event) -> HttpResponse:
    address = base(request) + event.get_absolute_url()
    context = {"gone": event, "words": _("Withdrawn"), "address": address, "site_url": base(request) + "/"}
    return render(request, "timeline/card.html", context, status=410)


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@of_event(_gone)
def card(request: HttpRequest, event: Event) -> HttpResponse:
    """The event as a card for an iframe: the only page that other sites may frame."""
    entry, site = Entry(event), base(request)
    context = {
        **as_card(entry),
        "crowd": entry.people[: frame.CROWD],
        "left_out": max(len(entry.people) - frame.CROWD, 0),
        "points": [line_of(point) for point in entry.points],
        "made": publication(event.pk),
        "words": share.alternative(event),
        "address": site + event.get_absolute_url(),
        "site_url": site + "/",
    }
    return render(request, "timeline/card.html", context)


# oEmbed ------------------------------------------------------------------------------------------------------


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """oEmbed 1.0 (oembed.com) for an event's address: a rich card, as JSON or XML.

    404 for what is no event of this site, 410 where it was withdrawn, 501 for a format that is neither.
    """
    kind = request.GET.get("format") or "json"
    if kind not in ("json", "xml"):
        return answer(_("There is json and xml.") + "\n", PLAIN, status=501)
    faults: list[Ignored] = []
    width = _number(request, "maxwidth", faults)
    height = _number(request, "maxheight", faults)
    if not request.GET.get("url"):
        faults.append(Ignored("url", "", _("Expected the address of an entry.")))
    if faults:
        return refused(faults, as_data=kind == "json")
    try:
        event = _named(request.GET["url"], base(request))
    except Withdrawn as withdrawn:
        return gone_words(request, withdrawn.event)
    except Http404:
        return missing_words(request)
    found = _rich(request, event, width, height)
    return data(found) if kind == "json" else answer(_xml(found), "text/xml; charset=utf-8")


def _number(request: HttpRequest, name: str, faults: list[Ignored]) -> int | None:
    value = request.GET.get(name, "")
    if value and not (value.isascii() and value.isdigit() and len(value) < 9 and int(value) > 0):
        faults.append(Ignored(name, value[:60], _("Expected a whole number of pixels.")))
        return None
    return int(value) if value else None


def _named(address: str, site: str) -> Event:
    """The event of an address, which may be a former one; raises Withdrawn and Http404."""
    slug = _slug(address, site)
    try:
        return published(slug)
    except Moved as moved:
        return published(moved.slug)


def _slug(address: str, site: str) -> str:
    """The slug in an event's address on this site, its card, version or short one included; raises Http404."""
    try:
        asked, own = urlsplit(address), urlsplit(site)
    except ValueError:
        raise Http404 from None
    if asked.netloc.lower() != own.netloc.lower() or asked.scheme not in ("http", "https"):
        raise Http404
    try:
        match = resolve(asked.path if asked.path.endswith("/") else f"{asked.path}/")
    except Resolver404:
        raise Http404 from None
    if match.view_name == "short":
        return numbered(str(match.kwargs["number"])).slug
    if match.view_name not in ("event", "card", "version"):
        raise Http404
    return str(match.kwargs["slug"])


def _rich(request: HttpRequest, event: Event, most_wide: int | None, most_high: int | None) -> dict[str, Any]:
    site = base(request)
    width = max(min(most_wide or share.CARD_WIDTH, _WIDEST), min(_NARROWEST, most_wide or _NARROWEST))
    height = min(frame.height(event, width), most_high or 10**6)
    found: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": event.title,
        "author_name": NAME,
        "author_url": site + event.get_absolute_url(),
        "provider_name": NAME,
        "provider_url": site + "/",
        "cache_age": 3600,
        "html": share.embed(event, site, width, height),
        "width": width,
        "height": height,
    }
    # A thumbnail may not be larger than what was asked for.
    if (most_wide or 10**6) >= picture.SIZE[0] and (most_high or 10**6) >= picture.SIZE[1]:
        found["thumbnail_url"] = site + reverse("card-png", args=[event.slug])
        found["thumbnail_width"], found["thumbnail_height"] = picture.SIZE
    return found


def _xml(found: dict[str, Any]) -> bytes:
    root = ElementTree.Element("oembed")
    for name, value in found.items():
        ElementTree.SubElement(root, name).text = str(value)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
