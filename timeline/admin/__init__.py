"""The editors' desk: Django's admin, whose every save goes through the one writer."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from . import events, people, sources, topics

__all__ = ["events", "people", "sources", "topics"]

admin.site.site_title = _("Readout")
admin.site.site_header = _("Readout: the editors' desk")
admin.site.index_title = _("The record")
