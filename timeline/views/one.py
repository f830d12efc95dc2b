"""One event's other forms: data, calendar, text, citations, picture."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.views.decorators.http import require_safe

from timeline.formats import card, citation, dossiers, ical, text
from timeline.formats.publication import Publication, publication
from timeline.models import Event
from timeline.site import base
from timeline.views.found import gone_data, gone_words, numbered, of_event
from timeline.views.machine import PLAIN, answer, data, missing_data, missing_words

_as_data, _as_words = of_event(gone_data, missing_data), of_event(gone_words, missing_words)


@_as_data
def as_json(request: HttpRequest, event: Event) -> HttpResponse:
    """A dossier of this one event: `ingest` reads it."""
    return _named(request, event, data(dossiers.one(event, base(request))))


@_as_words
def as_calendar(request: HttpRequest, event: Event) -> HttpResponse:
    """A calendar with this one event; 404 in words where a calendar has no room for it."""
    if reason := ical.why_not(event):
        return answer(f"{reason}\n", PLAIN, status=404)
    site = base(request)
    lines = ical.head(event.title, site + request.path), ical.component(event, publication(event.pk), site), ical.tail()
    response = answer(b"".join(lines), ical.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{event.slug}.ics"'
    return _named(request, event, response)


@_as_words
def as_text(request: HttpRequest, event: Event) -> HttpResponse:
    """All that its entry says, and how to cite it."""
    return _cited(request, event, text.text, text.CONTENT_TYPE)


@_as_words
def as_bibtex(request: HttpRequest, event: Event) -> HttpResponse:
    """Its citation for LaTeX."""
    return _cited(request, event, citation.bibtex, citation.BIBTEX)


@_as_words
def as_ris(request: HttpRequest, event: Event) -> HttpResponse:
    """Its citation for reference managers."""
    return _cited(request, event, citation.ris, citation.RIS)


@_as_data
def as_csl(request: HttpRequest, event: Event) -> HttpResponse:
    """Its citation for Zotero, pandoc and others that read CSL-JSON."""
    return _cited(request, event, citation.csl, citation.CSL)


@_as_words
def as_picture(request: HttpRequest, event: Event) -> HttpResponse:
    """The social card."""
    host = base(request).partition("://")[2]
    return _named(request, event, answer(card.png(event, publication(event.pk), host), card.CONTENT_TYPE))


@require_safe
def short(request: HttpRequest, number: str) -> HttpResponse:
    """The short address leads to the permanent one, also where that says why the event was withdrawn."""
    return HttpResponsePermanentRedirect(numbered(number).get_absolute_url())


def _cited(
    request: HttpRequest, event: Event, write: Callable[[Event, Publication, str], str], content_type: str
) -> HttpResponse:
    url = base(request) + event.get_absolute_url()
    return _named(request, event, answer(write(event, publication(event.pk), url), content_type))


def _named(request: HttpRequest, event: Event, response: HttpResponse) -> HttpResponse:
    """The answer with the page that it is another form of."""
    response["Link"] = f'<{base(request)}{event.get_absolute_url()}>; rel="canonical"'
    return response
