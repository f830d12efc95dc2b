"""What all admin pages of public nouns share: whatever they save goes through the one writer."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from timeline import record
from timeline.models import Call, Event, Kind, Leader, Meeting, Origin, Statement
from timeline.models.fields import EdtfField

from .by_order import DeskList
from .choices import LeaderSelect, RowField, RowSelect, can_be_key
from .dates import DateField


def editor(request: HttpRequest) -> User:
    """Who is signed in; the admin's pages have made sure that somebody is."""
    return cast(User, request.user)


_KINDS: dict[Kind, type[Event]] = {Kind.MEETING: Meeting, Kind.CALL: Call, Kind.STATEMENT: Statement}


def kind_admins(site: admin.AdminSite) -> dict[str, Any]:
    """The admins of meetings, calls and statements, by kind."""
    return {kind: site.get_model_admin(model) for kind, model in _KINDS.items()}


class CarefulChoices:
    """Foreign keys as autocomplete fields that take any nonsense without a server error; dates in people's words."""

    admin_site: admin.AdminSite

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if isinstance(db_field, EdtfField):
            return db_field.formfield(form_class=DateField, **kwargs)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False  # nobody means to, from within another row's form
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("form_class", RowField)
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            select = LeaderSelect if db_field.related_model is Leader else RowSelect
            kwargs.setdefault("widget", select(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


def cannot_be_asked(request: HttpRequest) -> bool:
    """Whether the query string holds a NUL, with which PostgreSQL can't even be asked."""
    return any("\x00" in value for values in request.GET.lists() for value in values[1])


class CarefulList:
    """A list and its rows' pages that take any nonsense in an address without a server error; the list pages by key."""

    model: Any

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[DeskList]:
        return DeskList

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if cannot_be_asked(request):
            return HttpResponseRedirect(request.path)
        return super().changelist_view(request, *args, **kwargs)  # type: ignore[misc, no-any-return]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        if from_field is None and not can_be_key(self.model, object_id):
            return None
        return super().get_object(request, object_id, from_field)  # type: ignore[misc]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return super().get_search_results(request, queryset, search_term.replace("\x00", ""))  # type: ignore[misc, no-any-return]


class WritingAdmin(CarefulChoices, CarefulList, admin.ModelAdmin):
    """Saves and deletes inside `record.writing()`; a save that changes nothing writes nothing."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return super().changeform_view(request, *args, **kwargs)
        # The writer's lock is held before anything is read, so nothing changes between check and write.
        with record.writing(origin=Origin.EDITOR, by=editor(request)):
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return super().delete_view(request, *args, **kwargs)
        with record.writing(origin=Origin.EDITOR, by=editor(request)):
            return super().delete_view(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return super().changelist_view(request, *args, **kwargs)
        with record.writing(origin=Origin.EDITOR, by=editor(request)):
            return super().changelist_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        if form.changed_data or not change:
            super().save_model(request, obj, form, change)


def lines(value: str) -> list[str]:
    """The lines of a text area that say something, each once, without blanks at their ends."""
    found = dict.fromkeys(line.strip() for line in value.replace("\r", "\n").split("\n"))
    return [line for line in found if line]


def longest(found: list[str], most: int) -> list[str]:
    """The same lines; raises ValidationError where one is longer than `most` characters."""
    for line in found:
        if len(line) > most:
            raise ValidationError(
                _("“%(start)s…” is too long; expected at most %(most)s characters in a line.")
                % {"start": line[:40], "most": most}
            )
    return found
