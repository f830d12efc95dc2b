"""What every page knows of the site it belongs to."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, dict[str, str]]:
    """`site.source_url` and `site.contact`, the latter as an address that a link can lead to."""
    contact = settings.CONTACT
    if contact and "://" not in contact and not contact.startswith("mailto:"):
        contact = f"mailto:{contact}"
    return {"site": {"source_url": settings.SOURCE_URL, "contact": contact}}
