"""Any view of the timeline for machines: feed, calendar, table, data. The query string is the page's own.

A value that makes no sense is answered with 400 and the reason. `since_change` is a data version: only what is new
or changed since then, and 400 where that is too much. What is long is sent while it is read; what is short is kept
like any page.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from pyroaring import BitMap

from timeline import changes, paging, phrases
from timeline.among import among
from timeline.filters import FACETS, Ignored, TimelineFilter
from timeline.formats import atom, dossiers, ical, rows, table, timelinejs
from timeline.formats.publication import publications
from timeline.models import Event
from timeline.site import base
from timeline.views.found import withdrawal
from timeline.views.machine import answer, data, refused, streamed

SELECTING = ("q", *FACETS, "match", "since", "until")
READ = (*SELECTING, "order", "since_change")
PAGE = 100  # events of JSON
ENTRIES = 50  # of a feed
KEPT = 500  # events that are sent at once, and kept
_LARGEST = 2**63 - 1


@dataclass(frozen=True)
class View:
    """What is asked for, of one data version. `base` is the site's address, `own` that of this very answer."""

    request: HttpRequest
    asked: TimelineFilter
    since_change: int | None
    faults: tuple[Ignored, ...] = ()

    @property
    def base(self) -> str:
        return base(self.request)

    @cached_property
    def touched(self) -> BitMap | None:
        """What changed since the data version named, if one is."""
        return None if self.since_change is None else changes.touched(self.since_change)

    @cached_property
    def ids(self) -> BitMap:
        found = self.asked.ids()
        return found if self.touched is None else found & self.touched

    @property
    def title(self) -> str:
        """The view in words."""
        return phrases.title(self.asked, len(self.asked.ids()))

    @property
    def page(self) -> str:
        """The address of the page that shows this view."""
        return self.base + reverse("timeline") + self.asked.but().address.removeprefix(".")

    def address(self, **more: str) -> str:
        """The address of this answer, or of its next page."""
        pairs = self.asked.but().parameters()
        pairs += [("since_change", str(self.since_change))] if self.since_change is not None else []
        pairs += list(more.items())
        return self.base + self.request.path + (f"?{urlencode(pairs)}" if pairs else "")

    def rows(self) -> Iterator[list[rows.Row]]:
        return rows.batches(self.asked.index, self.ids, order=self.asked.order)


Answers = Callable[[HttpRequest], HttpResponseBase]


def _of_view(*cursors: str, as_data: bool = False) -> Callable[[Callable[[View], HttpResponseBase]], Answers]:
    """A view function that gets a View; 400 where the query string makes no sense."""

    def decorate(write: Callable[[View], HttpResponseBase]) -> Answers:
        @require_safe
        @wraps(write)
        def view(request: HttpRequest) -> HttpResponseBase:
            read = _read(request, cursors)
            return refused(read.faults, as_data=as_data) if read.faults else write(read)

        return view

    return decorate


def _read(request: HttpRequest, cursors: tuple[str, ...]) -> View:
    query = QueryDict(mutable=True)
    for name in (*SELECTING, "order", *cursors):
        if name in request.GET:
            query.setlist(name, request.GET.getlist(name))
    asked = TimelineFilter.from_query(query)
    faults = list(asked.ignored)
    since_change = _number(request, "since_change", faults)
    if since_change is not None and changes.is_too_much(since_change, asked.index.version):
        faults.append(Ignored("since_change", str(since_change), _("Too much has changed since: take the whole view.")))
    return View(request, asked, since_change, tuple(faults))


def _number(request: HttpRequest, name: str, faults: list[Ignored]) -> int | None:
    value = request.GET.get(name, "").strip()
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 20 and int(value) <= _LARGEST):
        faults.append(Ignored(name, value[:60], _("Expected a whole number, as the answer before named it.")))
        return None
    return int(value)


# Long ones ---------------------------------------------------------------------------------------------------


def _sent(view: View, pieces: Iterator[bytes], content_type: str) -> HttpResponseBase:
    """At once where it is short, else piece by piece."""
    if len(view.ids) <= KEPT:
        return answer(b"".join(pieces), content_type)
    return streamed(iter(()) if view.request.method == "HEAD" else pieces, content_type)


@_of_view()
def as_calendar(view: View) -> HttpResponseBase:
    """All events that a calendar has room for, to subscribe to."""
    return _sent(view, _calendar(view), ical.CONTENT_TYPE)


def _calendar(view: View) -> Iterator[bytes]:
    yield ical.head(view.title, view.address())
    for batch in view.rows():
        yield b"".join(ical.component(event, made, view.base) for event, made in batch)
    yield ical.tail()


@_of_view()
def as_table(view: View) -> HttpResponseBase:
    """All events, a line each."""
    bom = view.request.GET.get("bom", "") or "0"
    if bom not in ("0", "1"):
        return refused([Ignored("bom", bom[:60], _("Expected 1, or nothing."))], as_data=False)
    response = _sent(view, table.lines(view.rows(), view.base, bom=bom == "1"), table.CONTENT_TYPE)
    response["Content-Disposition"] = 'attachment; filename="timeline.csv"'
    return response


@_of_view(as_data=True)
def as_timelinejs(view: View) -> HttpResponseBase:
    """All events, for TimelineJS."""
    return _sent(view, timelinejs.pieces(view.rows(), view.base), timelinejs.CONTENT_TYPE)


# Pages -------------------------------------------------------------------------------------------------------


@_of_view("after", "before", as_data=True)
def as_json(view: View) -> HttpResponseBase:
    """A dossier of up to a hundred events, with the address of the next ones."""
    asked = view.asked
    page = paging.page(asked.index, view.ids, order=asked.order, after=asked.after, before=asked.before, size=PAGE)
    ids = [one for thread in page.threads for one in thread.members]
    found = dossiers.records(ids)
    made = publications(found)
    following = view.address(after=paging.write_cursor(page.after)) if page.after is not None else None
    preceding = view.address(before=paging.write_cursor(page.before)) if page.before is not None else None
    export: dict[str, Any] = {
        "url": view.address(**_cursor(asked)),
        "page": view.page,
        "count": len(view.ids),
        "data_version": asked.index.version,
        "next": following,
        "previous": preceding,
        "versions": {found[pk]["id"]: dossiers.about(found[pk]["id"], made[pk], view.base) for pk in ids},
    }
    if view.touched is not None and asked.after is None and asked.before is None:
        export["removed"] = _removed(view)
    response = data(
        {
            "$schema": view.base + reverse("schema"),
            "dossier": "timeline",
            "title": view.title[:300],
            "export": export,
            **dossiers.nouns(found.values()),
            "events": [found[pk] for pk in ids],
        }
    )
    links = [(following, "next"), (preceding, "prev"), (view.page, "alternate")]
    response["Link"] = ", ".join(f'<{url}>; rel="{rel}"' for url, rel in links if url)
    return response


def _cursor(asked: TimelineFilter) -> dict[str, str]:
    places = {"after": asked.after, "before": asked.before}
    return {name: paging.write_cursor(place) for name, place in places.items() if place is not None}


def _removed(view: View) -> list[dict[str, Any]]:
    """What readers saw once and is not in this view, or not any more: withdrawn, merged, or changed so."""
    assert view.touched is not None
    gone = [withdrawal(event, view.base) for event in changes.removed(view.touched)]
    elsewhere = (view.touched & view.asked.index.published) - view.ids
    slugs = Event.objects.published().filter(among("pk", elsewhere)).order_by("pk").values_list("slug", flat=True)
    gone += [{"id": slug, "state": "elsewhere", "url": view.base + reverse("event", args=[slug])} for slug in slugs]
    return gone


@_of_view()
def as_feed(view: View) -> HttpResponseBase:
    """What was published or changed last in this view, fifty entries a page."""
    faults: list[Ignored] = []
    place = _number(view.request, "after", faults)
    if faults:
        return refused(faults, as_data=False)
    ids, following = changes.newest(view.ids, ENTRIES, place)
    more = {"after": str(place)} if place is not None else {}
    feed = atom.Feed(
        title=f"Readout: {view.title}",
        subtitle=_("Entries of the timeline, the last published or changed first."),
        base=view.base,
        url=view.address(**more),
        page=view.page,
        updated=view.asked.index.changed_at,
        next_url=view.address(after=str(following)) if following else "",
    )
    events = {event.pk: event for event in Event.objects.published().with_entry().filter(pk__in=ids).order_by()}
    made = publications(events)
    for pk in ids:
        feed.add_event(events[pk], made[pk])
    return answer(feed.written(), atom.CONTENT_TYPE)
