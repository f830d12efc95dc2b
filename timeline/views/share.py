"""What an event's page says of its other forms: the share panel, and the tags that machines read in its head."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from timeline.entry import Entry
from timeline.filters import TimelineFilter
from timeline.formats import card, citation, frame, ical, jsonld
from timeline.formats.publication import publication
from timeline.models import Event
from timeline.paging import write_cursor
from timeline.site import base

CARD_WIDTH = 640  # CSS pixels, as embed codes ask for


@dataclass(frozen=True)
class Form:
    """Another form of an event: the name of its address, its media type, and its name for readers."""

    address: str
    media_type: str
    name: str


def forms(event: Event) -> list[Form]:
    """The files that there are of an event."""
    calendar = [Form("event-ics", "text/calendar", _("Calendar (.ics)"))] if ical.days(event) else []
    return [
        *calendar,
        Form("event-json", "application/json", _("Data (JSON)")),
        Form("event-txt", "text/plain", _("Plain text")),
    ]


def citations() -> list[Form]:
    """The files that hold a citation."""
    return [
        Form("event-bib", "application/x-bibtex", "BibTeX"),
        Form("event-ris", "application/x-research-info-systems", "RIS"),
        Form("event-csl", "application/vnd.citationstyles.csl+json", "CSL-JSON"),
    ]


@dataclass(frozen=True)
class ViewForm:
    """A view of the timeline in another form: where, of which media type, and its name for readers."""

    href: str
    media_type: str
    name: str
    title: str


def view_forms(asked: TimelineFilter) -> list[ViewForm]:
    """This view, from its first page, as feed, calendar, table and data."""
    query = asked.but().address.removeprefix(".")
    known = [
        ("timeline-atom", "application/atom+xml", _("Feed"), _("This view as a feed")),
        ("timeline-ics", "text/calendar", _("Calendar"), _("This view as a calendar")),
        ("timeline-csv", "text/csv", "CSV", _("This view as a table")),
        ("timeline-json", "application/json", "JSON", _("This view as data")),
    ]
    return [ViewForm(reverse(address) + query, kind, name, title) for address, kind, name, title in known]


def panel(request: HttpRequest, event: Event) -> dict[str, Any]:
    """What `_share.html` and `_event_head.html` need; one query. `event` comes from `with_entry()`."""
    made, site = publication(event.pk), base(request)
    url = site + event.get_absolute_url()
    return {
        "files": [(form, reverse(form.address, args=[event.slug])) for form in forms(event)],
        "cite_files": [(form, reverse(form.address, args=[event.slug])) for form in citations()],
        "cite": citation.words(event, made, url),
        "made": made,
        "short_url": site + short(event),
        "card_url": site + reverse("card", args=[event.slug]),
        "picture_url": f"{site}{reverse('card-png', args=[event.slug])}?v={made.number}",
        "picture_size": card.SIZE,
        "picture_words": alternative(event),
        "embed": embed(event, site),
        "oembed": [(kind, f"{site}{reverse('oembed')}?{urlencode({'url': url, 'format': kind})}") for kind in _OEMBED],
        "jsonld": jsonld.script(event, made, site),
        "version_url": site + reverse("version", args=[event.slug, made.number]),
    }


_OEMBED = ("json", "xml")


def short(event: Event) -> str:
    """The short address: the event's number in base 36; a rename leaves it as it is."""
    return reverse("short", args=[write_cursor(event.pk)])


def alternative(event: Event) -> str:
    """The social card in words, for those who don't see it."""
    entry = Entry(event)
    return f"{entry.kind}, {entry.outcome}, {entry.date_words}: {event.title}"


def embed(event: Event, site: str, width: int | None = None, height: int | None = None) -> str:
    """The code that puts the event's card into another page; without a width, as wide as there is room."""
    return format_html(
        '<iframe src="{}" width="{}" height="{}" frameborder="0" loading="lazy" title="{}"></iframe>',
        site + reverse("card", args=[event.slug]),
        width or "100%",
        height or frame.height(event, width or CARD_WIDTH),
        alternative(event),
    )


def view_link_header(
    request: HttpRequest, canonical: str, found: Mapping[str, Any], view_forms: Iterable[ViewForm]
) -> str:
    """The Link header of a page of the timeline; `found` is what `results` gives for it."""
    site = base(request)
    links = [f'<{canonical}>; rel="canonical"']
    if found["next"]:
        links.append(f'<{site}{found["next"]["page"]}>; rel="next"')
    if found["back"]:
        links.append(f'<{site}{found["back"]}>; rel="prev"')
    return ", ".join([*links, *(f'<{site}{one.href}>; rel="alternate"; type="{one.media_type}"' for one in view_forms)])


def link_header(request: HttpRequest, event: Event) -> str:
    """The Link header (RFC 8288) of an event's page: what its head says, for those who read no HTML."""
    site = base(request)
    url = site + event.get_absolute_url()
    links = [f'<{url}>; rel="canonical"', f'<{site}{short(event)}>; rel="shortlink"']
    for form in [*forms(event), *citations()]:
        links.append(f'<{site}{reverse(form.address, args=[event.slug])}>; rel="alternate"; type="{form.media_type}"')
    return ", ".join(links)
