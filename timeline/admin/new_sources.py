"""A source from its address alone: what is known already, and who published it. Nothing is asked of the network."""

from collections import Counter
from urllib.parse import urlsplit

from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.urls import reverse

from timeline.models import Source
from timeline.record import slugs

_LOOKED_AT = 200  # sources of the same host


def known(address: str) -> Source | None:
    """The source that stands at this address, if it is known."""
    return Source.objects.filter(Q(url=address) | Q(archived_url=address)).first() if address else None


def publisher(address: str) -> str:
    """Who published most of the known sources of the same host; “” where there is none."""
    host = _host(address)
    if not host:
        return ""
    starts = [f"{scheme}://{www}{host}" for scheme in ("https", "http") for www in ("", "www.")]
    places = Q()
    for start in starts:
        places |= Q(url=start) | Q(url__startswith=f"{start}/")
    rows = Source.objects.filter(places).order_by("-pk").values_list("publisher", flat=True)[:_LOOKED_AT]
    return next((name for name, _count in Counter(rows).most_common(1)), "")


def _host(address: str) -> str:
    try:
        return (urlsplit(address.strip()).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def free_slug(source: Source) -> str:
    """A slug of its own from publisher and title."""
    return slugs.free(slugs.slug(source.publisher, source.title) or "source", Source)


def address_view(request: HttpRequest) -> JsonResponse:
    """What is known of `address`: {"publisher": name or ""} and, where it stands already, {"id", "text", "href"}."""
    address = request.GET.get("address", "").replace("\x00", "").strip()
    found = {"publisher": publisher(address)}
    if source := known(address):
        href = reverse("admin:timeline_source_change", args=[source.pk])
        found |= {"id": str(source.pk), "text": str(source), "href": href}
    return JsonResponse(found)
