"""Topics."""

from django.contrib import admin

from timeline.models import Topic

from .desk_forms import NounForm
from .nouns import PermanentSlugAdmin


@admin.register(Topic)
class TopicAdmin(PermanentSlugAdmin):
    form = NounForm
    fields = ("name", "slug")
    list_display = ("name", "slug")
    search_fields = ("name", "slug")
