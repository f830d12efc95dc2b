"""Meetings, calls and statements; all events, hidden, for links to choose from."""

import re
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from timeline import edtf, record, roles
from timeline.models import Call, Event, Kind, Meeting, Origin, State, Statement
from timeline.tables import EVENTS

from .dates import date_view
from .dossiers import DossierImport, dossier_selected
from .event_actions import publish_selected, withdraw_selected
from .event_forms import EventForm
from .event_lists import EventChoices, EventList, SecondSourceFilter, SpokeForFilter, found
from .event_pages import EventPages
from .event_panel import ANSWER, doings, questions, state_words, twins
from .event_record import Wanted, Writing, checked
from .event_rows import INLINES
from .imports import Import
from .tables import EventTableImport, KindTables, Tables, table_selected
from .writing import WritingAdmin, editor


class EventsAdmin(WritingAdmin):
    """What the lists of all events and of one kind's share."""

    list_filter = ("state", "occurrence", SecondSourceFilter, SpokeForFilter)
    list_display_links = ("title",)
    search_fields = ("slug",)  # `found` says how it is really done
    search_help_text = _('Words, "words together", -without; or the beginning of a slug')
    ordering = ("-position", "-id")
    list_per_page = 50

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[EventList]:
        return EventList

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return found(queryset, search_term), False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without deleting: what was published is never deleted; a draft is, by itself."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.display(description=_("date"), ordering="position")
    def when(self, event: Event) -> str:
        return edtf.words(event.date)

    @admin.display(description=_("participants"))
    def who(self, event: Event) -> str:
        return ", ".join(f"{one.name} ({one.country.name})" for one in event.participations.all())

    @admin.display(description=_("duration"))
    def duration(self, event: Event) -> str:
        if event.duration_minutes is None:
            return ""
        about = _t("about %(minutes)s min") if event.duration_approximate else _t("%(minutes)s min")
        return about % {"minutes": event.duration_minutes}


@admin.register(Event)
class EventAdmin(Tables, EventsAdmin):
    """All events: nobody comes here by hand, but links choose from them, and files may hold all kinds."""

    table = EVENTS
    list_display = ("when", "title", "kind", "state", "occurrence")

    def get_urls(self) -> list[Any]:
        choices = self.admin_site.admin_view(EventChoices.as_view(admin_site=self.admin_site))
        return [
            path("choices/", choices, name="timeline_event_choices"),
            path("date/", self.admin_site.admin_view(date_view), name="timeline_event_date"),
            *super().get_urls(),
        ]

    def imports(self) -> list[Import[Any]]:
        return [EventTableImport(self, EVENTS), DossierImport(self)]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        kinds = (self.admin_site.get_model_admin(model) for model in (Meeting, Call, Statement))
        return any(kind.has_view_or_change_permission(request) for kind in kinds)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """An event is looked at and changed among its kind."""
        event = self.get_object(request, str(args[0])) if args and args[0] else None
        if event is None or not self.has_view_permission(request):
            return super().changeform_view(request, *args, **kwargs)
        return HttpResponseRedirect(reverse(f"admin:timeline_{event.kind}_change", args=[event.pk]))


class KindAdmin(EventPages, KindTables, EventsAdmin):
    """The form of one kind. It saves nothing itself: the record is written as a whole (see `Writing`)."""

    kind: ClassVar[str]
    form = EventForm
    inlines = INLINES
    autocomplete_fields = ("country", "initiated_by")
    change_form_template = "admin/timeline/event/change_form.html"
    actions = (publish_selected, withdraw_selected, table_selected, dossier_selected)
    save_as = True

    class Media:
        css = {"all": ("admin-readout/events.css",)}
        js = ("admin-readout/desk.js", "admin-readout/kept.js")

    # What an editor may do -----------------------------------------------------------------------------------

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was merged into another entry is only looked at, and so is what readers see by who may not publish."""
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or (not obj.merged_into_id and roles.may_touch(editor(request), obj))

    def has_publish_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return editor(request).has_perm(roles.PUBLISH) and self.has_change_permission(request, obj)

    def has_withdraw_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return editor(request).has_perm(roles.WITHDRAW) and self.has_change_permission(request, obj)

    def has_merge_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return editor(request).has_perm(roles.MERGE) and self.has_change_permission(request, obj)

    # The form --------------------------------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        own = ["title", ("date", "part_of_day", "time_zone"), ("occurrence", "format"), "slug"]
        if obj is None or self.has_change_permission(request, obj):
            own += ["seen", "answered", "insisted", "work"]
        sets: list[Any] = [
            (None, {"fields": own}),
            (_("Particulars"), {"fields": [("place", "country"), *self._particulars()]}),
            (_("In words"), {"fields": ["summary", "note", "chosen_topics"]}),
        ]
        if obj and obj.state != State.DRAFT:
            sets.append((_("Withdrawing"), {"fields": ["reason"]}))
        return sets

    def _particulars(self) -> list[Any]:
        if self.kind == Kind.STATEMENT:
            return ["words"]
        return ["initiated_by", ("duration_minutes", "duration_approximate")]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.kind = self.kind  # type: ignore[attr-defined]
        return form

    @admin.display(description=_("topics"))
    def chosen_topics(self, event: Event) -> str:
        return ", ".join(tagging.topic.name for tagging in event.taggings.select_related("topic"))

    @admin.display(description=_("why it was withdrawn"))
    def reason(self, event: Event) -> str:
        return event.withdrawn_reason

    def view_on_site(self, obj: Event) -> str | None:  # type: ignore[override]
        return obj.get_absolute_url() if obj.state == State.PUBLISHED else None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A draft that readers never saw; who may not publish deletes only what nobody else has worked on."""
        allowed = super().has_delete_permission(request, obj)
        if obj is None or not allowed:
            return allowed
        if obj.state != State.DRAFT or obj.versions.public().exists():
            return False
        who = editor(request)
        return who.has_perm(roles.PUBLISH) or not obj.versions.exclude(by=who).exists()

    # Saving ----------------------------------------------------------------------------------------------

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and "_saveasnew" in request.POST:
            # The next of a series is an entry of its own, with a slug of its own.
            values = request.POST.copy()
            for name in ("slug", "seen", "answered", "reason", "correction", "not_correction"):
                values[name] = ""
            request.POST = values  # type: ignore[assignment]
        response = super().changeform_view(request, *args, **kwargs)
        writing = getattr(request, "readout_writing", None)
        if writing and writing.written and writing.form:
            _let_forget(request, response, writing.form.cleaned_data["work"])
        return response

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if request.method == "POST":
            kwargs["queryset"] = inline.model.objects.none()
        elif obj.pk and inline.has_change_permission(request, obj):
            kwargs["queryset"] = inline.model.objects.none()
            kwargs["initial"] = inline.rows_of(obj)
        return kwargs

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        formsets, inlines = super()._create_formsets(request, obj, change)  # type: ignore[misc]
        if request.method == "POST":
            writing = Writing(obj if change else None, list(formsets), self._wanted(request, obj), editor(request))
            request.readout_writing = writing  # type: ignore[attr-defined]
            formsets.append(writing)
        return formsets, inlines

    def _wanted(self, request: HttpRequest, obj: Any) -> Wanted:
        """Which button was pressed, as far as the editor may press it, and what was answered."""
        may = {"publish": self.has_publish_permission, "withdraw": self.has_withdraw_permission}
        state = next((one for one in may if f"_{one}" in request.POST), "")
        if state and not may[state](request, obj if obj.pk else None):
            raise PermissionDenied
        answers = {
            name.removeprefix(ANSWER): str(value) for name, value in request.POST.items() if name.startswith(ANSWER)
        }
        return Wanted(state, answers, "_bring_back" in request.POST)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        _writing(request).form = form
        return form.instance

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The record has been written; the form's event learns what became of it."""
        written = _writing(request).written
        assert written is not None
        obj.pk = written.pk
        obj._state.adding = False
        obj.refresh_from_db()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing: the rows are parts of the record."""

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        if add:
            return [{"added": {}}]
        changed = _writing(request).changed
        return [{"changed": {"fields": [name.replace("_", " ") for name in changed]}}] if changed else []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with record.writing(origin=Origin.EDITOR, by=editor(request)) as writer:
            writer.discard(obj)

    # What the editor is told -------------------------------------------------------------------------------

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return self._told(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._told(request, obj) or super().response_change(request, obj)

    def _told(self, request: HttpRequest, obj: Any) -> HttpResponse | None:
        writing = _writing(request)
        if writing.beside:
            self.message_user(request, writing.beside, messages.WARNING)
        if "_preview" in request.POST and IS_POPUP_VAR not in request.POST:
            return HttpResponseRedirect(reverse("preview", args=[obj.slug]))
        wanted = writing.wanted.state
        if not wanted or IS_POPUP_VAR in request.POST:
            return None
        said = {"publish": _t("“%(title)s” is published."), "withdraw": _t("“%(title)s” is withdrawn.")}[wanted]
        self.message_user(request, said % {"title": obj.title}, messages.SUCCESS)
        return HttpResponseRedirect(reverse(f"admin:timeline_{self.kind}_change", args=[obj.pk]))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        event = kwargs.get("obj")
        if event and request.method == "POST":
            event = Event.objects.get(pk=event.pk)
        state = event.state if event else State.DRAFT
        writing: Writing | None = getattr(request, "readout_writing", None)
        may_change = bool(event) and self.has_change_permission(request, event)
        if writing and writing.wanted.is_brought_back:
            self.message_user(
                request, _t("This is what you typed before. It has not been saved yet."), messages.WARNING
            )
        items = checked(event) if event and state == State.DRAFT else []
        form = context["adminform"].form
        context |= {
            "event": event,
            "state_words": state_words(event) if event else "",
            "doings": doings(event) if event else [],
            "checklist": items,
            "is_ready": all(item.is_done for item in items),
            "show_publish": state != State.PUBLISHED and self.has_publish_permission(request, event),
            "show_withdraw": state == State.PUBLISHED and self.has_withdraw_permission(request, event),
            "show_preview": may_change or event is None,
            "show_merge": may_change and state != State.WITHDRAWN and self.has_merge_permission(request, event),
            "merge_address": reverse(f"admin:timeline_{self.kind}_merge", args=[event.pk]) if event else "",
            "show_notes": may_change and state == State.PUBLISHED,
            "notes": [form[name] for name in ("correction", "not_correction") if name in form.fields],
            "twins": twins(writing, event),
            "questions": questions(writing.conflicts) if writing else [],
            "answers": writing.wanted.answers.items() if writing and not writing.conflicts else (),
            "answer_prefix": ANSWER,
        }
        return super().render_change_form(request, context, *args, **kwargs)


def _let_forget(request: HttpRequest, response: HttpResponse, work: str) -> None:
    """Tell the browser that it may forget now what it has kept of this form."""
    if re.fullmatch(r"[0-9a-f]+", work):
        path, secure = reverse("admin:index"), request.is_secure()
        response.set_cookie("saved", work, max_age=600, path=path, samesite="Strict", secure=secure)


def _writing(request: HttpRequest) -> Writing:
    return request.readout_writing  # type: ignore[attr-defined, no-any-return]


@admin.register(Meeting)
class MeetingAdmin(KindAdmin):
    kind = Kind.MEETING
    list_display = ("when", "title", "who", "format", "place", "state", "occurrence")


@admin.register(Call)
class CallAdmin(KindAdmin):
    kind = Kind.CALL
    list_display = ("when", "title", "who", "duration", "format", "state", "occurrence")


@admin.register(Statement)
class StatementAdmin(KindAdmin):
    kind = Kind.STATEMENT
    list_display = ("when", "title", "who", "format", "words", "state", "occurrence")
