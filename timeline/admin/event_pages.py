"""Pages of one event beside its form: its history, restoring a version, merging with another entry."""

from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from timeline import differences, edtf, record
from timeline.differences import Difference, Names
from timeline.models import Correction, Event, Link, Origin, State, Version
from timeline.record import merging

from .by_key import page_of
from .choices import EventField, EventSelect
from .event_record import add_correction
from .notes import NoteForm, plain_line_ends
from .pages import noun_page
from .writing import editor

_A_PAGE = 20  # versions


class MergeForm(forms.Form):
    """Which entry goes into this one, and what readers are told."""

    other = EventField(
        queryset=Event.objects.all(),
        label=_("The entry that goes into this one"),
        widget=EventSelect(Link._meta.get_field("target"), admin.site),
        help_text=_("Its sources and accounts come here, and its addresses lead here for ever."),
    )
    note = forms.CharField(
        required=False,
        max_length=5000,
        label=_("Note for readers"),
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
    )


@dataclass(frozen=True)
class Saved:
    """A version as the history shows it."""

    version: Version
    changes: list[Difference]
    correction: Correction | None
    is_first: bool
    state_words: str
    can_be_restored: bool


class EventPages:
    """The addresses behind an event's own; part of the admin of a kind."""

    kind: ClassVar[str]
    model: Any
    opts: Any
    admin_site: admin.AdminSite

    def get_urls(self) -> list[Any]:
        def named(route: str, view: Any, name: str) -> Any:
            return path(
                f"<path:object_id>/{route}", self.admin_site.admin_view(view), name=f"timeline_{self.kind}_{name}"
            )

        own = [
            named("versions/<int:number>/restore/", self.restore_view, "restore"),
            named("merge/", self.merge_view, "merge"),
        ]
        return [*own, *super().get_urls()]  # type: ignore[misc]

    # History -----------------------------------------------------------------------------------------------

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Every version, the newest first, with what it changed; the number of queries does not grow."""
        event = self._found(request, object_id)
        if event is None:
            return self._missing(request, object_id)
        if not self.has_view_or_change_permission(request, event):  # type: ignore[attr-defined]
            raise PermissionDenied
        versions = event.versions.order_by("-number")
        page = page_of(versions, request, column="number", size=_A_PAGE, falling=True)
        shown = page.rows
        before = versions.filter(number__lt=shown[-1].number).first() if shown else None
        rows = [*shown, *([before] if before else [])]
        names = Names(row.record for row in rows)
        notes = {note.version_id: note for note in Correction.objects.filter(version__in=shown)}
        may_change = bool(self.has_change_permission(request, event))  # type: ignore[attr-defined]
        newest = versions.values_list("number", flat=True).first()
        saved = [
            Saved(
                version,
                differences.differences(former.record if former else None, version.record, names),
                notes.get(version.pk),
                former is None,
                differences.moved(former.state, version.state) if former else "",
                may_change and version.number != newest,
            )
            for version, former in zip_longest(shown, rows[1 : len(shown) + 1])
        ]
        return self._page(request, event, "history", _t("History"), saved=saved, page=page, **(extra_context or {}))

    def restore_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """Make what stood in a version stand again, as a new version; the slug and the record state stay."""
        if request.method != "POST":
            return self._restore_page(request, object_id, number)
        # The writer's lock is held before anything is read: a draft is not discarded between check and write.
        with record.writing(origin=Origin.EDITOR, by=editor(request)):
            return self._restore_page(request, object_id, number)

    def _restore_page(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        event = self._found(request, object_id)
        version = event.versions.filter(number=number).first() if event and number < 2**31 else None
        if event is None or version is None:
            return self._missing(request, object_id)
        if not self.has_change_permission(request, event):  # type: ignore[attr-defined]
            raise PermissionDenied
        is_public = event.state == State.PUBLISHED
        form = NoteForm(request.POST if request.method == "POST" and is_public else None)
        problems: list[str] = []
        if request.method == "POST" and (not is_public or form.is_valid()):
            try:
                self._restore(request, event, version, form.cleaned_data if is_public else {})
            except record.Refused as refused:
                problems = [problem.message for problem in refused.problems]
            else:
                said = _t("What stood in version %(number)s stands again.") % {"number": number}
                self.message_user(request, said, messages.SUCCESS)  # type: ignore[attr-defined]
                return HttpResponseRedirect(self._address(event, "history"))
        seen = _newest(event)
        # Read after `seen` was asked for: what is shown is never older than that. It may have been discarded.
        now = record.of_all([event.pk]).get(event.pk)
        if now is None:
            return self._missing(request, object_id)
        if request.method == "POST" and request.POST.get("seen") != seen:
            problems = [_saved_since()]
        then = {**version.record, "id": now["id"]}
        changes = differences.differences(now, then, Names([now, then]))
        title = _t("Restore version %(number)s") % {"number": number}
        return self._page(
            request,
            event,
            "restore",
            title,
            changes=changes,
            form=form if is_public else None,
            problems=problems,
            seen=seen,
            version=version,
        )

    def _restore(self, request: HttpRequest, event: Event, version: Version, note: dict[str, str]) -> None:
        """Write it; inside a writing block in which the event was read."""
        correction = plain_line_ends(note.get("correction", ""))
        reason = correction or note.get("not_correction", "") or _t("Version %s restored.") % version.number
        if request.POST.get("seen") != _newest(event):
            raise record.Refused([record.Problem((), _saved_since())])
        with record.writing(origin=Origin.EDITOR, by=editor(request)) as writer:
            then = {**version.record, "id": event.slug}
            kept = event.withdrawn_reason if event.state == State.WITHDRAWN else reason
            written = writer.write(then, event=event, state=event.state, reason=kept)
        if correction:
            add_correction(event, correction)
        if written.changed:
            self.log_change(request, event, _t("Restored version %s.") % version.number)  # type: ignore[attr-defined]

    # Merging -----------------------------------------------------------------------------------------------

    def merge_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Choose another entry, look at both side by side, and make one of them."""
        event = self._found(request, object_id)
        if event is None:
            return self._missing(request, object_id)
        if not self.has_merge_permission(request, event):  # type: ignore[attr-defined]
            raise PermissionDenied
        given = request.POST if request.method == "POST" else request.GET
        form = MergeForm(given if "other" in given else None)
        other = form.cleaned_data["other"] if form.is_bound and form.is_valid() else None
        problems: list[str] = []
        is_sent = request.method == "POST" and "_merge" in request.POST
        if other and is_sent:
            try:
                self._merge(request, event, other, form.cleaned_data["note"])
            except record.Refused as refused:
                problems = [problem.message for problem in refused.problems]
            else:
                return HttpResponseRedirect(self._address(event, "change"))
        context: dict[str, Any] = {"form": form, "other": other, "choices": None}
        if other:
            seen = context["seen"] = _newest(event, other)
            # After `seen` was asked for: what is shown is never older than that. One of them may have been discarded.
            kept, gone = (Event.objects.filter(pk=one.pk).first() for one in (event, other))
            if is_sent and request.POST.get("seen") != seen:
                problems = [_saved_since()]
            refusals = merging.refusals(kept, gone) if kept and gone else []
            problems += [one.message for one in refusals if one.message not in problems]
            if kept and gone and not refusals:
                event, context["other"] = kept, gone
                context |= _both(kept, gone, {name for name in given if given[name] == "gone"})
                if "note" not in given:
                    context["form"] = MergeForm(initial={"other": gone.pk, "note": _note(gone)})
        title = _t("Merge with another entry")
        return self._page(request, event, "merge", title, problems=problems, **context)

    def _merge(self, request: HttpRequest, event: Event, other: Event, note: str) -> None:
        with record.writing(origin=Origin.EDITOR, by=editor(request)):
            if request.POST.get("seen") != _newest(event, other):
                raise record.Refused([record.Problem((), _saved_since())])
            found = merging.differences(record.of(event), record.of(other))
            take = {one.name for one in found if request.POST.get(f"take.{one.name}") == "gone"}
            merging.merge(event, other, by=editor(request), take=take, note=note)
        words = _t("Merged with “%(title)s” (%(slug)s).") % {"title": other.title, "slug": other.slug}
        self.log_change(request, event, words)  # type: ignore[attr-defined]
        self.message_user(request, words, messages.SUCCESS)  # type: ignore[attr-defined]

    # What they share -----------------------------------------------------------------------------------------

    def _found(self, request: HttpRequest, object_id: str) -> Event | None:
        return self.get_object(request, object_id)  # type: ignore[attr-defined, no-any-return]

    def _missing(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]

    def _address(self, event: Event, name: str) -> str:
        return reverse(f"admin:timeline_{self.kind}_{name}", args=[event.pk])

    def _page(self, request: HttpRequest, event: Event, template: str, title: str, **context: Any) -> HttpResponse:
        when = edtf.words(event.date)
        return noun_page(self, request, f"event/{template}", title, event=event, when=when, **context)


def _newest(*events: Event) -> str:
    """The number of the newest version of each, as in “3.7”: a page sends back those that it was made from."""
    return ".".join(str(event.versions.aggregate(number=Max("number"))["number"] or 0) for event in events)


def _saved_since() -> str:
    return _t("Someone has saved this entry since you opened this page: look again.")


def _note(gone: Event) -> str:
    if gone.state == State.DRAFT:
        return ""  # readers know nothing of it: what it changes has to be said
    return _t("Two entries of the same event have been made one: the other's address leads here.")


@dataclass(frozen=True)
class Choice:
    """A field in which two entries differ, both values in words."""

    name: str
    label: str
    line: differences.Line
    takes_other: bool


def _both(event: Event, other: Event, taken: set[str]) -> dict[str, Any]:
    """What stands against each other in two entries, and what the one will have from the other."""
    kept, gone = record.of(event), record.of(other)
    names = Names([kept, gone])
    choices = [
        Choice(
            one.name,
            differences.label(one.field),
            differences.line(names.words(one.field, one.kept), names.words(one.field, one.gone)),
            f"take.{one.name}" in taken,
        )
        for one in merging.differences(kept, gone)
    ]
    chosen = {one.name for one in choices}
    whole = merging.merged(kept, gone)
    gained = [one for one in differences.differences(kept, whole, names) if one.name not in chosen]
    will_redirect = other.state != State.DRAFT
    return {
        "choices": choices,
        "gained": gained,
        "left_out": [(differences.label(name), names.words(name, row)) for name, row in merging.left_out(kept, gone)],
        "will_redirect": will_redirect,
        "is_told": will_redirect or event.state == State.PUBLISHED,
    }
