"""The addresses of DESIGN's table, one line each."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from timeline.views import events, pages, timeline

urlpatterns: list[URLPattern | URLResolver] = [
    path("", timeline.timeline, name="timeline"),
    path("entries/", timeline.entries, name="entries"),
    path("events/<slug:slug>/", events.event, name="event"),
    path("marks/", pages.marks, name="marks"),
    path("favicon.ico", pages.favicon),
    path("healthz", pages.healthz, name="healthz"),
    path("admin/", admin.site.urls),
]

handler404 = pages.not_found
handler500 = pages.server_error
