"""What was done to many entries at once: looked at entry by entry, and put back as a whole."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from timeline import roles
from timeline.models import BulkChange, Event, State
from timeline.record.putting_back import MODELS, Act, May, Result, Step, Words, look, put_back

from . import at_work
from .bulk_forms import Needs, PutBackForm
from .bulk_words import act_words, counted, left_out, shown
from .by_key import page_of
from .pages import noun_page
from .writing import CarefulList, editor, kind_admins

_A_PAGE = 20  # entries with their differences
_NAMED = 200  # entries that stay as they are, named one by one
_AT_ONCE = 500  # entries: for more, nobody waits in front of an empty page


class _Stale(Exception):
    """It would be something else than was looked at; nothing is put back."""


@admin.register(BulkChange)
class BulkChangeAdmin(CarefulList, admin.ModelAdmin):
    """A list and two pages; nothing here is changed by hand."""

    list_display = ("when", "words_of_what", "words", "by_name", "size", "was_put_back")
    list_display_links = ("words_of_what",)
    list_filter = ("what",)
    search_fields = ("words", "by_name")
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("put_back_by")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, {"title": _t("Bulk changes"), **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        def page(route: str, view: Any, name: str) -> Any:
            return path(route, self.admin_site.admin_view(view), name=f"timeline_bulkchange_{name}")

        return [
            page("", self.changelist_view, "changelist"),
            page("<path:object_id>/change/", self.change_view, "change"),
            page("<path:object_id>/put-back/", self.put_back_view, "put_back"),
        ]

    @admin.display(description=_("what"), ordering="what")
    def words_of_what(self, bulk: BulkChange) -> str:
        return capfirst(bulk.get_what_display())

    @admin.display(description=_("when"), ordering="id")
    def when(self, bulk: BulkChange) -> str:
        return date_format(localtime(bulk.at), "j M Y, H:i")

    @admin.display(description=_("put back"))
    def was_put_back(self, bulk: BulkChange) -> str:
        return _t("yes") if bulk.put_back_by.all() else ""

    # Looking at it -----------------------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Its entries, each with what was changed; the number of queries does not grow."""
        bulk = self._found(request, object_id)
        if isinstance(bulk, HttpResponse):
            return bulk
        page = page_of(bulk.entries.all(), request, column="pk", size=_A_PAGE, falling=False)
        left = left_out(bulk)
        return self._page(
            request,
            bulk,
            "change",
            capfirst(bulk),
            page=page,
            shown=shown(page.rows),
            left=left[:_NAMED],
            unlisted=max(len(left) - _NAMED, 0),
        )

    # Putting it back ---------------------------------------------------------------------------------------------

    def put_back_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Look at what would become of each entry, say what readers are told, and put back what can be."""
        bulk = self._found(request, object_id)
        if isinstance(bulk, HttpResponse):
            return bulk
        if not self.has_change_permission(request, bulk):
            raise PermissionDenied
        title = _t("Put back what put back “%s”") % bulk.words if bulk.puts_back_id else _t("Put back “%s”") % bulk

        def work() -> HttpResponse:
            return self._put_back(request, bulk, title)

        if bulk.size <= _AT_ONCE:
            return work()
        return at_work.answer(self._page(request, bulk, "at_work", title), work)

    def _put_back(self, request: HttpRequest, bulk: BulkChange, title: str) -> HttpResponse:
        steps = look(bulk.entries.all(), self._may(request))
        is_sent = request.method == "POST"
        form = PutBackForm(request.POST if is_sent else None, needs=Needs.of(steps))
        is_stale = is_sent and request.POST.get("seen") != _digest(steps)
        if is_sent and not is_stale and form.is_valid():
            try:
                result = self._carry_out(request, bulk, form.words())
            except _Stale:
                is_stale = True
                steps = look(bulk.entries.all(), self._may(request))
            else:
                if result.row:
                    self.log_change(request, bulk, _t("Put back."))
                return self._done(request, bulk, title, result)
        if is_stale:
            form = PutBackForm(initial=request.POST.dict(), needs=Needs.of(steps))  # what was typed is not lost
        going = [step for step in steps if not step.why_not]
        left = [step for step in steps if step.why_not]
        return self._page(
            request,
            bulk,
            "put_back",
            title,
            form=form,
            is_stale=is_stale,
            seen=_digest(steps),
            going=counted(going),
            names=[(step.entry.title, act_words(step)) for step in going[:_NAMED]],
            unnamed=max(len(going) - _NAMED, 0),
            left=[(step.entry.title, step.why_not) for step in left[:_NAMED]],
            unlisted=max(len(left) - _NAMED, 0),
        )

    def _done(self, request: HttpRequest, bulk: BulkChange, title: str, result: Result) -> HttpResponse:
        """What came of it. Reasons are told here: of work that takes its time, a message would never be read."""
        if result.row and not result.left:
            return HttpResponseRedirect(reverse("admin:timeline_bulkchange_change", args=[result.row.pk]))
        left, unlisted = result.left[:_NAMED], max(len(result.left) - _NAMED, 0)
        return self._page(request, bulk, "done", title, row=result.row, left=left, unlisted=unlisted)

    def _carry_out(self, request: HttpRequest, bulk: BulkChange, words: Words) -> Result:
        def agree(steps: list[Step]) -> None:
            if request.POST.get("seen") != _digest(steps):
                raise _Stale

        return put_back(bulk, words, by=editor(request), may=self._may(request), agree=agree)

    def _may(self, request: HttpRequest) -> May:
        """Why somebody may not put an entry back, by what they may do to it otherwise."""
        kinds = kind_admins(self.admin_site)

        def may(step: Step) -> str:
            if step.act == Act.REMAKE:
                return self._may_remake(request, step)
            event = step.event
            if event is None:
                may_add = step.discarded is None or kinds[step.discarded.kind].has_add_permission(request)
                return "" if may_add else _t("You may not add it.")
            own = kinds[event.kind]
            if step.act == Act.DISCARD:
                return "" if self._may_discard(request, own, event) else _t("You may not discard it.")
            if step.act == Act.WITHDRAW:
                return "" if own.has_withdraw_permission(request, event) else _t("You may not withdraw it.")
            if step.act == Act.PUBLISH or event.state == State.PUBLISHED:
                return "" if own.has_publish_permission(request, event) else _t("You may not change what readers see.")
            return "" if own.has_change_permission(request, event) else _t("You may not change it.")

        return may

    def _may_discard(self, request: HttpRequest, own: Any, event: Event) -> bool:
        """A draft that was new is no affair of readers: who publishes need not be asked of each."""
        if editor(request).has_perm(roles.PUBLISH):
            return bool(own.has_delete_permission(request))
        return bool(own.has_delete_permission(request, event))

    def _may_remake(self, request: HttpRequest, step: Step) -> str:
        own: Any = self.admin_site.get_model_admin(MODELS[step.entry.noun])
        if step.after is None:
            return "" if own.has_add_permission(request) else _t("You may not add it.")
        if step.before is None:
            return "" if own.has_delete_permission(request) else _t("You may not delete it.")
        return "" if own.has_change_permission(request) else _t("You may not change it.")

    # What they share -----------------------------------------------------------------------------------------------

    def _found(self, request: HttpRequest, object_id: Any) -> Any:
        """The bulk change, or the answer to who may not see it or asks for none."""
        bulk = self.get_object(request, str(object_id))
        if not self.has_view_or_change_permission(request, bulk):
            raise PermissionDenied
        return bulk or self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))  # type: ignore[attr-defined]

    def _page(
        self, request: HttpRequest, bulk: BulkChange, template: str, title: str, **context: Any
    ) -> TemplateResponse:
        may = self.has_change_permission(request, bulk)
        return noun_page(self, request, f"bulk/{template}", title, bulk=bulk, may_put_back=may, **context)


def _digest(steps: Iterable[Step]) -> str:
    """A short text that is another where anything else would be done, or something else stands before it."""
    told = [[step.entry.pk, step.act.value, step.why_not, step.before, step.after] for step in steps]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
