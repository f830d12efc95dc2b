"""Feeds of what happened to the record itself: every change, and the public log of corrections."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline import changes as changed
from timeline import index, log
from timeline.filters import Ignored
from timeline.formats import atom
from timeline.formats.publication import publications
from timeline.site import base
from timeline.views.machine import answer, refused
from timeline.views.pages import chosen_lines

ENTRIES = 50


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """New, changed, withdrawn and merged entries, the last change first."""
    after = request.GET.get("after", "").strip()
    if after and not (after.isascii() and after.isdigit() and len(after) < 19):
        return refused([Ignored("after", after[:60], _("It is no place in this feed."))], as_data=False)
    steps, following = changed.steps(ENTRIES, int(after) if after else None)
    site, address = base(request), base(request) + reverse("changes-atom")
    feed = atom.Feed(
        title=_("Readout: changes"),
        subtitle=_("Every entry that is new, was changed, withdrawn or merged, the last change first."),
        base=site,
        url=f"{address}?after={after}" if after else address,
        page=site + reverse("timeline"),
        updated=index.current().changed_at,
        next_url=f"{address}?after={following}" if following else "",
    )
    made = publications(step.event.pk for step in steps)
    for step in steps:
        feed.add_step(step, made[step.event.pk])
    return answer(feed.written(), atom.CONTENT_TYPE)


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """The public log of corrections and withdrawals, the newest first."""
    asked = request.GET.get("after", "").strip()
    after = log.read_cursor(asked)
    faults = [Ignored("after", asked[:60], _("It is no place in this log."))] if asked and after is None else []
    chosen = chosen_lines(request, faults)
    if faults:
        return refused(faults, as_data=False)
    page = log.page(after, chosen=chosen, size=ENTRIES)
    site, address = base(request), base(request) + reverse("corrections-atom") + chosen.address
    joint = "&" if chosen.address else "?"
    feed = atom.Feed(
        title=_("Readout: corrections and withdrawals"),
        subtitle=_("What was wrong in a published entry, and which entries were taken back."),
        base=site,
        url=f"{address}{joint}after={asked}" if asked else address,
        page=site + reverse("corrections") + chosen.address,
        updated=index.current().changed_at,
        next_url=f"{address}{joint}after={page.after}" if page.after else "",
    )
    for line in page.lines:
        feed.add_line(line)
    return answer(feed.written(), atom.CONTENT_TYPE)
