"""An event as one of its public versions had it, at an address that lasts."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from timeline.models import Event, State, Version
from timeline.past import past
from timeline.site import absolute
from timeline.views.events import as_told
from timeline.views.found import Moved, Withdrawn, gone_page, moved_to, published


@require_safe
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What readers saw as this version, by the same template, with a note that a newer one exists.

    The versions of a withdrawn event went with it (410). Those of an entry that was merged into another stay: the
    claim stands, under another name. A slug leads to the versions of the event that had it.
    """
    merged = Event.objects.filter(slug=slug, merged_into__isnull=False).select_related("merged_into").first()
    if merged is None:
        try:
            found = published(slug)
        except Moved as moved:
            return moved_to(request, _former(slug, moved.slug), number=number)
        except Withdrawn as withdrawn:
            return gone_page(request, withdrawn.event)
    else:
        found = merged
        into = merged.merged_into
        if into is not None and into.state != State.PUBLISHED:
            return gone_page(request, into)
    public = found.versions.public().order_by("-public_number")
    shown = public.filter(public_number=number).first() if number < 2**31 else None
    newest = public.first()
    if shown is None or newest is None:
        raise Http404
    current = found.merged_into or found
    last = newest.public_number or number
    context = {
        **as_told(past(shown)),
        "version": shown,
        "newest": newest,
        "is_newest": shown.pk == newest.pk and merged is None,
        "current": current,
        "address": absolute(request, current.get_absolute_url()),
        "merged": merged,
        "others": [
            (relation, other, absolute(request, reverse("version", args=[found.slug, other])))
            for relation, other in (("predecessor-version", number - 1), ("successor-version", number + 1))
            if 1 <= other <= last
        ],
    }
    response = render(request, "timeline/version.html", context)
    links = [("latest-version", context["address"]), *((relation, url) for relation, _n, url in context["others"])]
    response["Link"] = ", ".join(f'<{url}>; rel="{relation}"' for relation, url in links)
    return response


def _former(slug: str, today: str) -> str:
    """Whose versions a former slug means: those of an entry that was merged since, if that was the one called so."""
    merged = Version.objects.public().filter(event__merged_into__slug=today, record__id=slug)
    return merged.values_list("event__slug", flat=True).first() or today
