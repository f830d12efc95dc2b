"""Looking up an event by its slug, the same for everything that has an event's address."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline.entry import Entry
from timeline.models import Event, Slug, State
from timeline.site import base
from timeline.views.machine import PLAIN, answer, data, opened

View = Callable[..., HttpResponse]
_NUMBER = re.compile(r"[0-9a-z]{1,13}\Z")


class Moved(Exception):
    """The slug is a former one; `slug` is what the event is called now."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


class Withdrawn(Exception):
    """Readers saw the event once; it has been taken back since."""

    def __init__(self, event: Event) -> None:
        super().__init__(event.slug)
        self.event = event


def published(slug: str) -> Event:
    """The published event of this slug, with its entry; raises Moved, Withdrawn, and Http404 for all else."""
    found = Event.objects.with_entry().filter(slug=slug).first()
    if found is None or found.merged_into_id:
        held = Slug.objects.select_related("event").filter(slug=slug).first()
        if held and held.event.state != State.DRAFT:
            raise Moved(held.event.slug)
        raise Http404
    if found.state == State.WITHDRAWN and found.versions.public().exists():
        raise Withdrawn(found)
    if found.state != State.PUBLISHED:
        raise Http404
    return found


def numbered(number: str) -> Event:
    """The event of a short address, or the one that it was merged into; raises Http404."""
    if not _NUMBER.match(number) or (key := int(number, 36)) >= 2**63:
        raise Http404
    found = get_object_or_404(Event.objects.select_related("merged_into").exclude(state=State.DRAFT), pk=key)
    return found.merged_into or found


def of_event(gone: View, missing: View | None = None) -> Callable[[View], View]:
    """A view of one event, which gets the event in the slug's place; `gone` answers for a withdrawn one.

    A former slug redirects (301) to the same address under the slug of today. `missing` answers where there is no
    such event: an address that has it is for machines.
    """

    def decorate(view: View) -> View:
        @require_safe
        @wraps(view)
        def found(request: HttpRequest, slug: str, **more: Any) -> HttpResponse:
            try:
                return view(request, published(slug), **more)
            except Moved as moved:
                redirect = moved_to(request, moved.slug, **more)
                return opened(redirect) if missing else redirect
            except Withdrawn as withdrawn:
                return gone(request, withdrawn.event)
            except Http404:
                if missing is None:
                    raise
                return missing(request)

        return found

    return decorate


def moved_to(request: HttpRequest, slug: str, **more: Any) -> HttpResponse:
    """The same address under another slug."""
    match = request.resolver_match
    assert match is not None
    return HttpResponsePermanentRedirect(reverse(match.view_name, kwargs={"slug": slug, **more}))


# Withdrawn ---------------------------------------------------------------------------------------------------


def gone_page(request: HttpRequest, event: Event) -> HttpResponse:
    """410 for people: why and when it went, and what to do who has cited it."""
    context = {"event": event, "entry": Entry(event), "versions": event.versions.public().count()}
    return render(request, "timeline/withdrawn.html", context, status=410)


def gone_words(request: HttpRequest, event: Event) -> HttpResponse:
    """410 for machines that read text."""
    words = _("This entry was withdrawn on %(day)s: %(reason)s Cite %(url)s instead, or remove the claim.") % {
        "day": f"{event.withdrawn_at:%Y-%m-%d}",
        "reason": event.withdrawn_reason,
        "url": base(request) + event.get_absolute_url(),
    }
    return answer(f"{words}\n", PLAIN, status=410)


def gone_data(request: HttpRequest, event: Event) -> HttpResponse:
    """410 for machines that read JSON."""
    return data(withdrawal(event, base(request)), status=410)


def withdrawal(event: Event, base: str) -> dict[str, str | None]:
    """That an event was withdrawn, or merged into another: without its claim."""
    into = event.merged_into
    at = event.withdrawn_at
    return {
        "id": event.slug,
        "state": "merged" if into else "withdrawn",
        "at": at.isoformat(timespec="seconds") if at else None,
        "reason": event.withdrawn_reason,
        "url": base + (into or event).get_absolute_url(),
    }
