"""The addresses of DESIGN's table, one line each."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from timeline.views import between, countries, events, leaders, pages, sources, timeline, topics

urlpatterns: list[URLPattern | URLResolver] = [
    path("", timeline.timeline, name="timeline"),
    path("entries/", timeline.entries, name="entries"),
    path("events/<slug:slug>/", events.event, name="event"),
    path("leaders/", leaders.leaders, name="leaders"),
    path("leaders/<slug:slug>/", leaders.leader, name="leader"),
    path("countries/", countries.countries, name="countries"),
    path("countries/<slug:code>/", countries.country, name="country"),
    path("between/<slug:one>/<slug:other>/", between.between, name="between"),
    path("topics/", topics.topics, name="topics"),
    path("topics/<slug:slug>/", topics.topic, name="topic"),
    path("sources/<slug:slug>/", sources.source, name="source"),
    path("corrections/", pages.corrections, name="corrections"),
    path("about/", pages.about, name="about"),
    path("marks/", pages.marks, name="marks"),
    path("favicon.ico", pages.favicon),
    path("healthz", pages.healthz, name="healthz"),
    path("admin/", admin.site.urls),
]

handler404 = pages.not_found
handler500 = pages.server_error
