"""Meetings, calls and statements; all events, hidden, for links to choose from."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from timeline import edtf, record, roles
from timeline.models import Call, Event, Kind, Meeting, Origin, State, Statement
from timeline.tables import EVENTS

from .dates import date_view
from .discarded import DiscardedPages, discarded_as, in_words
from .dossiers import DossierImport, dossier_selected
from .event_actions import publish_selected, withdraw_selected
from .event_forms import EventForm
from .event_lists import EventChoices, EventList, SecondSourceFilter, SpokeForFilter, found
from .event_pages import EventPages
from .event_panel import doings, state_words, twins
from .event_record import Writing, checked
from .event_rows import INLINES
from .imports import Import
from .keeping import KeepingAdmin, saved, saving_of
from .saving import Saving, Wanted
from .tables import EventTableImport, KindTables, Tables, table_selected
from .writing import WritingAdmin, editor, kind_admins


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
class EventAdmin(DiscardedPages, Tables, EventsAdmin):
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
        return any(own.has_view_or_change_permission(request) for own in kind_admins(self.admin_site).values())

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


class KindAdmin(EventPages, KindTables, KeepingAdmin, EventsAdmin):
    """The form of one kind. It saves nothing itself: the record is written as a whole (see `Writing`)."""

    form = EventForm
    inlines = INLINES
    autocomplete_fields = ("country", "initiated_by")
    change_form_template = "admin/timeline/event/change_form.html"
    actions = (publish_selected, withdraw_selected, table_selected, dossier_selected)
    save_as = True

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
        return super().changeform_view(request, *args, **kwargs)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """A draft that was discarded is shown as it was; what was typed for it goes into a new one's form."""
        response = super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        found = discarded_as(unquote(object_id))
        if found is None:
            return response
        self.message_user(request, in_words(found), messages.WARNING)
        own = reverse("admin:timeline_event_discarded", args=[found.pk])
        return HttpResponseRedirect(own) if response["Location"] == reverse("admin:index") else response

    def saving(self, request: HttpRequest, obj: Any, formsets: list[Any], wanted: Wanted) -> Saving:
        return Writing(obj, formsets, wanted, editor(request))

    def wanted(self, request: HttpRequest, obj: Any, state: str = "") -> Wanted:
        """Which button was pressed, as far as the editor may press it, and what was answered."""
        may = {"publish": self.has_publish_permission, "withdraw": self.has_withdraw_permission}
        state = next((one for one in may if f"_{one}" in request.POST), "")
        if state and not may[state](request, obj if obj.pk else None):
            raise PermissionDenied
        return super().wanted(request, obj, state)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The record has been written; the form's event learns what became of it."""
        written = saved(request).written
        assert written is not None
        obj.pk = written.pk
        obj._state.adding = False
        obj.refresh_from_db()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with record.writing(origin=Origin.EDITOR, by=editor(request)) as writer:
            writer.discard(obj)

    def asks_for_note(self, request: HttpRequest, obj: Any) -> bool:
        """What readers see, and what they saw once and may see again."""
        return bool(obj.state != State.DRAFT)

    # What the editor is told -------------------------------------------------------------------------------

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return self._told(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._told(request, obj) or super().response_change(request, obj)

    def _told(self, request: HttpRequest, obj: Any) -> HttpResponse | None:
        if "_preview" in request.POST and IS_POPUP_VAR not in request.POST:
            return HttpResponseRedirect(reverse("preview", args=[obj.slug]))
        wanted = saved(request).wanted.state
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
        may_change = bool(event) and self.has_change_permission(request, event)
        now = record.of(event) if event and state == State.DRAFT else None
        items = checked(now, editor(request)) if now else []
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
            "twins": twins(saving_of(request), event, now),
        }
        return super().render_change_form(request, context, *args, **kwargs)


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
