"""Meetings, calls and statements; all events, hidden, for links to choose from."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from timeline import edtf, record
from timeline.models import Call, Event, Kind, Meeting, Origin, State, Statement

from .event_forms import EventForm
from .event_lists import EventChoices, EventList, SpokeForFilter, found
from .event_record import Writing, missing
from .event_rows import INLINES
from .writing import WritingAdmin, editor


class EventsAdmin(WritingAdmin):
    """What the lists of all events and of one kind's share."""

    list_filter = ("state", "occurrence", SpokeForFilter)
    list_display_links = ("title",)
    search_fields = ("slug",)  # `found` says how it is really done
    search_help_text = _('Words, "words together", -without; or the beginning of a slug')
    ordering = ("-position", "-id")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[EventList]:
        return EventList

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return found(queryset, search_term), False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}  # what was published is never deleted; a draft is, by itself

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
class EventAdmin(EventsAdmin):
    """All events: nobody comes here by hand, but links choose from them."""

    list_display = ("when", "title", "kind", "state", "occurrence")

    def get_urls(self) -> list[Any]:
        choices = self.admin_site.admin_view(EventChoices.as_view(admin_site=self.admin_site))
        return [path("choices/", choices, name="timeline_event_choices"), *super().get_urls()]

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


class KindAdmin(EventsAdmin):
    """The form of one kind. It saves nothing itself: the record is written as a whole (see `Writing`)."""

    kind: ClassVar[str]
    form = EventForm
    inlines = INLINES
    autocomplete_fields = ("country", "initiated_by")
    change_form_template = "admin/timeline/event/change_form.html"

    class Media:
        css = {"all": ("admin-readout/events.css",)}

    # The form --------------------------------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        own = ["title", "slug", ("date", "part_of_day", "time_zone"), ("occurrence", "format")]
        if obj is None or self.has_change_permission(request, obj):
            own.append("seen")
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
        allowed = super().has_delete_permission(request, obj)
        if obj is None or not allowed:
            return allowed
        return bool(obj.state == State.DRAFT and not obj.versions.public().exists())

    # Saving ----------------------------------------------------------------------------------------------

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
            wanted = next((one for one in ("publish", "withdraw") if f"_{one}" in request.POST), "")
            writing = Writing(obj if change else None, list(formsets), wanted, editor(request))
            request.readout_writing = writing  # type: ignore[attr-defined]
            formsets.append(writing)
        return formsets, inlines

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
        wanted = _writing(request).wanted
        if not wanted or IS_POPUP_VAR in request.POST:
            return None
        said = {"publish": _t("“%(title)s” is published."), "withdraw": _t("“%(title)s” is withdrawn.")}[wanted]
        self.message_user(request, said % {"title": obj.title}, messages.SUCCESS)
        return HttpResponseRedirect(reverse(f"admin:timeline_{self.kind}_change", args=[obj.pk]))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        event = kwargs.get("obj")
        state = event.state if event else State.DRAFT
        context["state_words"] = _state_words(event) if event else ""
        context["show_missing"] = bool(event) and state == State.DRAFT
        context["missing"] = missing(event) if event and state == State.DRAFT else []
        context["show_publish"] = state != State.PUBLISHED
        context["show_withdraw"] = state == State.PUBLISHED
        return super().render_change_form(request, context, *args, **kwargs)


def _writing(request: HttpRequest) -> Writing:
    return request.readout_writing  # type: ignore[attr-defined, no-any-return]


def _state_words(event: Event) -> str:
    match event.state:
        case State.PUBLISHED:
            return _t("Published: everyone can read it. What you save here is public at once.")
        case State.WITHDRAWN:
            day = date_format(event.withdrawn_at, "DATE_FORMAT") if event.withdrawn_at else ""
            return _t("Withdrawn on %(day)s: its address answers with the reason below.") % {"day": day}
    return _t("Draft: only editors see it.")


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
