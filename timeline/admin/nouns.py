"""What the admins of leaders, countries, topics and sources share."""

from typing import Any

from django.core.validators import RegexValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from timeline import record

from .event_rows import RowsInline
from .keeping import KeepingAdmin, saved
from .noun_saving import NounSaving
from .saving import Saving, Wanted
from .writing import editor

# As the dossiers' schema has it; Django's own slugs may hold more.
slug_of_ours = RegexValidator(
    r"^[a-z0-9]+(?:-[a-z0-9]+)*\Z",
    _("Expected lower-case letters, digits and single hyphens, as in sanae-takaichi."),
)


class NounAdmin(KeepingAdmin):
    """What published entries show of a noun is not changed without a note. Its form is a NounForm."""

    def saving(self, request: HttpRequest, obj: Any, formsets: list[Any], wanted: Wanted) -> Saving:
        rows = (one for one in self.get_inline_instances(request, obj) if isinstance(one, RowsInline))
        may_change_rows = all(one.has_change_permission(request, obj) for one in rows)
        return NounSaving(self.model, formsets, wanted, editor(request), may_change_rows)

    def asks_for_note(self, request: HttpRequest, obj: Any) -> bool:
        return bool(record.shown(self.model, [obj.pk]))

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        return [{"added": {}}] if add else saved(request).in_words()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        saved(request).write(obj)


class PermanentSlugAdmin(NounAdmin):
    """A noun whose slug is proposed from other fields when it is new, and stays for ever after."""

    slug_from: tuple[str, ...] = ("name",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "slug") if obj else super().get_readonly_fields(request)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else {"slug": self.slug_from}

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name == "slug":
            field.validators = [slug_of_ours]
        return field
