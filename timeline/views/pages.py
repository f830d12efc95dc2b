"""Pages that stand by themselves."""

import os
import resource
import sys
from dataclasses import replace
from pathlib import Path

from django.core.cache import caches
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from timeline import cache, contact, index, log, reading
from timeline.coverage import coverage
from timeline.edition import code
from timeline.filters import Ignored
from timeline.models import Kind
from timeline.views.shelf import outcome_words

_PLAIN = "text/plain; charset=utf-8"


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
    faults = [Ignored("after", asked[:60], _("It is no place in this log."))] if asked and after is None else []
    chosen = chosen_lines(request, faults)
    corrected, withdrawn = log.counts(chosen)
    return render(
        request,
        "timeline/corrections.html",
        {
            "page": log.page(after, chosen=chosen, size=log.PAGE),
            "chosen": chosen,
            "choices": _choices(chosen),
            "after": after,
            "ignored": faults,
            "corrected": corrected,
            "withdrawn": withdrawn,
        },
    )


def chosen_lines(request: HttpRequest, faults: list[Ignored]) -> log.Chosen:
    """Which lines of the log the address asks for; what makes no sense there goes into `faults`."""
    values = {}
    for name, known in (("what", log.WHAT), ("kind", tuple(Kind.values))):
        value = request.GET.get(name, "").strip()
        if value and value not in known:
            faults.append(Ignored(name, value[:60], _("Expected %s.") % _(" or ").join(known)))
        values[name] = value if value in known else ""
    return log.Chosen(**values)


def _choices(chosen: log.Chosen) -> list[dict[str, object]]:
    """What the log can be narrowed to: words, address, and whether it is so narrowed."""
    words = {"": _("All"), "correction": _("Corrections"), "withdrawal": _("Withdrawals")}
    sorts = [(word, replace(chosen, what=what)) for what, word in words.items()]
    kinds = {"": _("of all kinds"), "meeting": _("of meetings"), "call": _("of calls"), "statement": _("of statements")}
    sorts += [(word, replace(chosen, kind=kind)) for kind, word in kinds.items()]
    return [
        {"words": word, "href": reverse("corrections") + one.address, "chosen": one == chosen} for word, one in sorts
    ]


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for the icon of what is no page, such as JSON."""
    return redirect(static("icon.svg"), permanent=False)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """“ok” when the site and its database answer; for machines that watch it. `detail` is for signed-in editors."""
    if "detail" in request.GET:
        return _detail(request)
    try:
        reading.asked_version()
    except (OperationalError, InterfaceError):
        return HttpResponse("The database does not answer.\n", status=503, content_type=_PLAIN)
    return HttpResponse("ok\n", content_type=_PLAIN)


def _detail(request: HttpRequest) -> HttpResponse:
    """The state of the process that answers, as JSON; sizes in bytes."""
    if not (request.user.is_authenticated and request.user.is_staff):
        return HttpResponse("This is for editors: sign in at /admin/ first.\n", status=403, content_type=_PLAIN)
    with reading.snapshot() as version:
        events = len(index.current().published)
    pages = caches[cache.ALIAS]
    return JsonResponse(
        {
            "data_version": version,
            "code_version": code().version,
            "events": events,
            "index_memory": index.memory(),
            "cache": "memory" if isinstance(pages, cache.Memory) else "shared",
            "cache_memory": pages.size if isinstance(pages, cache.Memory) else None,
            "database": connection.vendor,
            "process": os.getpid(),
            "process_memory": process_memory(),
        }
    )


def process_memory() -> int:
    """Bytes that this process holds in memory now; where the system doesn't say, the most it ever held."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except OSError:
        # Kilobytes, on macOS bytes.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What was sent makes no sense (400), or is more than is taken (413). The page asks nothing of the database."""
    is_too_much = isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent))
    status = 413 if is_too_much else 400
    return render(request, "timeline/400.html", {"is_too_much": is_too_much}, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No page at this address."""
    return render(request, "timeline/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Something broke. The page asks nothing of the database, which may be what broke."""
    return render(request, "timeline/500.html", status=500)
