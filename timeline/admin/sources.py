"""Sources."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from timeline.models import Source

from .writing import PermanentSlugAdmin


@admin.register(Source)
class SourceAdmin(PermanentSlugAdmin):
    slug_from = ("publisher", "title")
    fields = ("publisher", "title", "slug", "url", "published", "language", "archived_url")
    list_display = ("publisher", "title", "published", "language")
    list_display_links = ("publisher", "title")
    list_filter = ("language",)
    search_fields = ("publisher", "title", "slug")
    search_help_text = _("Publisher, title or slug")
