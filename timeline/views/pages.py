"""Pages that stand by themselves."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from timeline.models import Kind


@require_safe
def marks(request: HttpRequest) -> HttpResponse:
    """What the marks and lines mean."""
    words = {
        Kind.MEETING: _("one whole: both in the same place"),
        Kind.CALL: _("one whole in two halves: apart, and joined"),
        Kind.STATEMENT: _("one half: one side speaks"),
    }
    kinds = [{"kind": kind.value, "name": kind.label, "words": words[kind]} for kind in Kind]
    return render(request, "timeline/marks.html", {"kinds": kinds})


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """How entries are made, what is covered and what is not, accessibility."""
    return render(request, "timeline/about.html")


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """The public log of corrections and withdrawals."""
    return render(request, "timeline/corrections.html")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for the icon of what is no page, such as JSON."""
    return redirect(static("icon.svg"), permanent=False)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """“ok” when the site and its database answer; for machines that watch it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No page at this address."""
    return render(request, "timeline/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Something broke. The page asks nothing of the database, which may be what broke."""
    return render(request, "timeline/500.html", status=500)
