"""One event's other forms: data, calendar, text, citations, picture."""

import re
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from timeline.formats import card, citation, dossiers, ical, text
from timeline.formats.publication import Publication, publication
from timeline.models import Event, State
from timeline.site import base
from timeline.views.found import gone_data, gone_words, of_event
from timeline.views.machine import answer, data

_NUMBER = re.compile(r"[0-9a-z]{1,13}\Z")


@of_event(gone_data)
def as_json(request: HttpRequest, event: Event) -> HttpResponse:
    """A dossier of this one event: `ingest` reads it."""
    return data(dossiers.one(event, base(request)))


@of_event(gone_words)
def as_calendar(request: HttpRequest, event: Event) -> HttpResponse:
    """A calendar with this one event; 404 in words where a calendar has no room for it."""
    if reason := ical.why_not(event):
        return answer(f"{reason}\n", "text/plain; charset=utf-8", status=404)
    site = base(request)
    lines = ical.head(event.title, site + request.path), ical.component(event, publication(event.pk), site), ical.tail()
    response = answer(b"".join(lines), ical.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{event.slug}.ics"'
    return response


@of_event(gone_words)
def as_text(request: HttpRequest, event: Event) -> HttpResponse:
    """All that its entry says, and how to cite it."""
    return _cited(request, event, text.text, text.CONTENT_TYPE)


@of_event(gone_words)
def as_bibtex(request: HttpRequest, event: Event) -> HttpResponse:
    """Its citation for LaTeX."""
    return _cited(request, event, citation.bibtex, citation.BIBTEX)


@of_event(gone_words)
def as_ris(request: HttpRequest, event: Event) -> HttpResponse:
    """Its citation for reference managers."""
    return _cited(request, event, citation.ris, citation.RIS)


@of_event(gone_data)
def as_csl(request: HttpRequest, event: Event) -> HttpResponse:
    """Its citation for Zotero, pandoc and others that read CSL-JSON."""
    return _cited(request, event, citation.csl, citation.CSL)


@of_event(gone_words)
def as_picture(request: HttpRequest, event: Event) -> HttpResponse:
    """The social card."""
    host = base(request).partition("://")[2]
    return answer(card.png(event, publication(event.pk), host), card.CONTENT_TYPE)


@require_safe
def short(request: HttpRequest, number: str) -> HttpResponse:
    """The short address leads to the permanent one, also where that says why the event was withdrawn."""
    if not _NUMBER.match(number) or (key := int(number, 36)) >= 2**63:
        raise Http404
    found = get_object_or_404(Event.objects.select_related("merged_into").exclude(state=State.DRAFT), pk=key)
    return HttpResponsePermanentRedirect((found.merged_into or found).get_absolute_url())


def _cited(
    request: HttpRequest, event: Event, write: Callable[[Event, Publication, str], str], content_type: str
) -> HttpResponse:
    return answer(write(event, publication(event.pk), base(request) + event.get_absolute_url()), content_type)
