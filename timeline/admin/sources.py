"""Sources."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _

from timeline import waiting
from timeline.models import Source
from timeline.tables import SOURCES

from . import new_sources
from .desk_forms import NounForm
from .nouns import PermanentSlugAdmin
from .tables import Tables, table_selected


class SourceForm(NounForm):
    """A pasted address and a title are enough: the publisher is that of the host's known sources."""

    class Meta:
        model = Source
        fields = ("url", "title", "publisher", "slug", "published", "language", "archived_url")
        widgets = {
            "url": forms.URLInput(
                attrs={
                    "class": "vTextField",
                    "placeholder": "https://",
                    "data-source-address": reverse_lazy("admin:timeline_source_known"),
                }
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.fields["publisher"].required = self.fields["slug"].required = False
            self.fields["publisher"].help_text = _("Left empty: that of the known sources of the same host.")
            self.fields["slug"].help_text = _("Permanent. Left empty, it is made from publisher and title.")

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if self.instance.pk:
            return values
        address = values.get("url") or ""
        if found := new_sources.known(address):
            self.add_error("url", _("This address is known already: “%s”.") % found)
        if not values.get("publisher") and "publisher" not in self.errors:
            values["publisher"] = new_sources.publisher(address)
            if not values["publisher"]:
                self.add_error("publisher", _("No known source has this host: who published it?"))
        if not values.get("slug") and not self.errors:
            values["slug"] = new_sources.free_slug(Source(publisher=values["publisher"], title=values["title"]))
        return values


class AddressFilter(admin.SimpleListFilter):
    """Sources whose address no longer leads to them, as `manage.py checklinks` found."""

    title = _("address")
    parameter_name = "address"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("failing", _("No longer resolves"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return waiting.failing_sources(queryset) if self.value() == "failing" else queryset


@admin.register(Source)
class SourceAdmin(Tables, PermanentSlugAdmin):
    table = SOURCES
    actions = (table_selected,)
    form = SourceForm
    slug_from = ("publisher", "title")
    fields = ("url", "title", "publisher", "slug", "published", "language", "archived_url")
    list_display = ("publisher", "title", "published", "language")
    list_display_links = ("publisher", "title")
    list_filter = (AddressFilter, "language")
    search_fields = ("publisher", "title", "slug", "url")
    search_help_text = _("Publisher, title, address or slug")

    def get_urls(self) -> list[Any]:
        known = self.admin_site.admin_view(new_sources.address_view)
        return [path("known/", known, name="timeline_source_known"), *super().get_urls()]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {}  # the publisher may still be guessed: the slug is made when both are known
