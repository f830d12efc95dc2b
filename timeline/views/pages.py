"""Pages that stand by themselves."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from timeline import contact, log
from timeline.coverage import coverage
from timeline.models import Kind
from timeline.views.shelf import outcome_words


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
    """How entries are made, what is covered and what is not, accessibility, privacy, licence."""
    held = coverage()
    kinds = [
        {"kind": kind.value, "name": kind.label, "count": sum(outcomes.values()), "outcomes": outcome_words(outcomes)}
        for kind in Kind
        for outcomes in [held.by_kind[kind.value]]
    ]
    return render(
        request,
        "timeline/about.html",
        {"held": held, "kinds": kinds, "gap_days": contact.GAP_DAYS},
    )


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """The public log of corrections and withdrawals, the newest first; `after` is the place to go on from."""
    asked = request.GET.get("after", "")
    after = log.read_cursor(asked)
    corrected, withdrawn = log.counts()
    return render(
        request,
        "timeline/corrections.html",
        {
            "page": log.page(after, size=log.PAGE),
            "after": after,
            "ignored": asked[:60] if asked and after is None else "",
            "corrected": corrected,
            "withdrawn": withdrawn,
        },
    )


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
