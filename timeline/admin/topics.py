"""Topics."""

from django.contrib import admin

from timeline.models import Topic

from .writing import PermanentSlugAdmin


@admin.register(Topic)
class TopicAdmin(PermanentSlugAdmin):
    fields = ("name", "slug")
    list_display = ("name", "slug")
    search_fields = ("name", "slug")
