"""Drafts that were discarded: who discarded them and what each version held; each can become a draft again."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from timeline import differences, edtf, record
from timeline.differences import Names
from timeline.models import Discarded, Event, Kind, Origin

from .by_key import page_of
from .choices import can_be_key
from .pages import noun_page
from .writing import editor, kind_admins

_A_PAGE = 50


class DiscardedPages:
    """Their addresses, under those of all events; part of the admin of events."""

    opts: Any
    admin_site: admin.AdminSite

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("discarded/", view(self.discarded_list_view), name="timeline_event_discarded_list"),
            path("discarded/<int:pk>/", view(self.discarded_view), name="timeline_event_discarded"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def discarded_list_view(self, request: HttpRequest) -> HttpResponse:
        """All of them, the newest first."""
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        page = page_of(Discarded.objects.defer("versions"), request, column="pk", size=_A_PAGE, falling=True)
        return self._shown(request, "discarded_list", _("Discarded drafts"), page=page)

    def discarded_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What each version of one held, the newest first; POST makes it a draft again."""
        found = Discarded.objects.filter(pk=pk).first() if pk < 2**63 else None
        if found is None:
            raise Http404
        own = kind_admins(self.admin_site)[found.kind]
        if not own.has_view_permission(request):
            raise PermissionDenied
        problems: list[str] = []
        if request.method == "POST":
            if not own.has_add_permission(request):
                raise PermissionDenied
            try:
                with record.writing(origin=Origin.EDITOR, by=editor(request)) as writer:
                    event = record.bring_back(writer, found).event
            except record.Refused as refused:
                problems = [problem.message for problem in refused.problems]
            else:
                own.log_addition(request, event, _("Brought back."))
                own.message_user(request, _("“%s” is a draft again.") % event.title, messages.SUCCESS)
                return HttpResponseRedirect(reverse(f"admin:timeline_{found.kind}_change", args=[event.pk]))
        rows = list(reversed(found.versions))
        names = Names(row["record"] for row in rows)
        # Each beside the one before; the first beside nothing, so that all that it held is told.
        befores = [*(row["record"] for row in rows[1:]), {}]
        origins = dict(Origin.choices)
        saved = [
            {
                **row,
                "at": parse_datetime(row["at"]),
                "who": row["by_name"] or origins.get(row["origin"], row["origin"]),
                "changes": differences.differences(before, row["record"], names),
            }
            for row, before in zip(rows, befores, strict=True)
        ]
        there = Event.objects.filter(pk=found.number).first()
        return self._shown(
            request,
            "discarded",
            _("Discarded draft"),
            discarded=found,
            when=edtf.words(rows[0]["record"]["date"]),
            saved=saved,
            there=there,
            may_bring_back=there is None and own.has_add_permission(request),
            problems=problems,
        )

    def _shown(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        media = kind_admins(self.admin_site)[Kind.MEETING].media
        return noun_page(self, request, f"event/{template}", title, media=media, **context)


def discarded_as(key: str) -> Discarded | None:
    """The draft that was discarded last under this primary key."""
    if not can_be_key(Event, key):
        return None
    return Discarded.objects.filter(number=max(int(key), 0)).order_by("-pk").first()


def in_words(found: Discarded) -> str:
    """That it was discarded, by whom and when."""
    return _("“%(title)s” was discarded by %(who)s on %(day)s: what it held is kept here.") % {
        "title": found.title,
        "who": found.by_name or _("somebody"),
        "day": date_format(localtime(found.at), "j M Y, H:i"),
    }
