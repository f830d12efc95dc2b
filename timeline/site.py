"""What every page knows of the site it belongs to."""

from django.conf import settings
from django.http import HttpRequest


def absolute(request: HttpRequest, path: str) -> str:
    """A path of this site as a whole address: under SITE_URL, or under the request's own host."""
    return f"{settings.SITE_URL}{path}" if settings.SITE_URL else request.build_absolute_uri(path)


def base(request: HttpRequest) -> str:
    """The site's own address without a slash at its end, as in “https://readout.example”."""
    return absolute(request, "/").rstrip("/")


def contact_address() -> str:
    """Where CONTACT is reached, as an address that a link can lead to; empty where there is none."""
    contact: str = settings.CONTACT
    return f"mailto:{contact}" if contact and "://" not in contact and not contact.startswith("mailto:") else contact


def site(request: HttpRequest) -> dict[str, dict[str, str]]:
    """`site.source_url` and `site.contact`, the latter as an address that a link can lead to."""
    return {"site": {"source_url": settings.SOURCE_URL, "contact": contact_address()}}
