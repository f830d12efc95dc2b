"""The addresses, one line each: a public page with the parameters of the query string that it reads."""

from allauth.account import views as account
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from timeline import filters
from timeline.http import public
from timeline.views import (
    between,
    cards,
    countries,
    directory,
    events,
    exports,
    feeds,
    leaders,
    one,
    own_timeline,
    pages,
    preview,
    sources,
    timeline,
    topics,
    versions,
)

FILTERS = ("q", *filters.FACETS, "match", "since", "until", "order", "after", "before")
OWN = own_timeline.READ

urlpatterns: list[URLPattern | URLResolver] = [
    path("", public(timeline.timeline, *FILTERS), name="timeline"),
    path("entries/", public(timeline.entries, *FILTERS), name="entries"),
    path("events/<slug:slug>/", public(events.event), name="event"),
    path("events/<slug:slug>", public(events.unclosed), name="event-unclosed"),
    path("events/<slug:slug>/card/", public(cards.card), name="card"),
    path("events/<slug:slug>/card.png", public(one.as_picture), name="card-png"),
    path("events/<slug:slug>/versions/<int:number>/", public(versions.version), name="version"),
    path("events/<slug:slug>.json", public(one.as_json), name="event-json"),
    path("events/<slug:slug>.ics", public(one.as_calendar), name="event-ics"),
    path("events/<slug:slug>.txt", public(one.as_text), name="event-txt"),
    path("events/<slug:slug>.bib", public(one.as_bibtex), name="event-bib"),
    path("events/<slug:slug>.ris", public(one.as_ris), name="event-ris"),
    path("events/<slug:slug>.csl.json", public(one.as_csl), name="event-csl"),
    path("e/<slug:number>/", public(one.short), name="short"),
    path("timeline.atom", public(exports.as_feed, *exports.READ, "after"), name="timeline-atom"),
    path("timeline.ics", public(exports.as_calendar, *exports.READ), name="timeline-ics"),
    path("timeline.csv", public(exports.as_table, *exports.READ, "bom"), name="timeline-csv"),
    path("timeline.json", public(exports.as_json, *exports.READ, "after", "before"), name="timeline-json"),
    path("timeline.timelinejs.json", public(exports.as_timelinejs, *exports.READ), name="timeline-timelinejs"),
    path("changes.atom", public(feeds.changes, "after"), name="changes-atom"),
    path("corrections.atom", public(feeds.corrections, "what", "kind", "after"), name="corrections-atom"),
    path("oembed", public(cards.oembed, "url", "format", "maxwidth", "maxheight"), name="oembed"),
    path("api/", public(directory.api), name="api"),
    path("api/dossier.schema.json", public(directory.schema), name="schema"),
    path("sitemap.xml", public(directory.sitemap), name="sitemap"),
    path("sitemap-sources-<int:part>.xml", public(directory.sitemap_of_sources), name="sitemap-sources"),
    path("sitemap-<int:part>.xml", public(directory.sitemap_part), name="sitemap-part"),
    path("robots.txt", public(directory.robots), name="robots"),
    path("events/<slug:slug>/preview/", preview.preview, name="preview"),
    path("leaders/", public(leaders.leaders, "q"), name="leaders"),
    path("leaders/<slug:slug>/", public(leaders.leader, *OWN), name="leader"),
    path("countries/", public(countries.countries), name="countries"),
    path("countries/<slug:code>/", public(countries.country, *OWN), name="country"),
    path("between/<slug:one>/<slug:other>/", public(between.between, "a", "b", *OWN), name="between"),
    path("topics/", public(topics.topics, "q"), name="topics"),
    path("topics/<slug:slug>/", public(topics.topic, *OWN), name="topic"),
    path("sources/<slug:slug>/", public(sources.source, *OWN), name="source"),
    path("corrections/", public(pages.corrections, "what", "kind", "after"), name="corrections"),
    path("about/", public(pages.about), name="about"),
    path("marks/", public(pages.marks), name="marks"),
    path("favicon.ico", public(pages.favicon)),
    path("healthz", pages.healthz, name="healthz"),
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/password/first/", account.password_set, name="account_set_password"),
    path("account/factors/", include("allauth.mfa.urls")),
    path("admin/", admin.site.urls),
]
if settings.EMAIL_URL:  # without mail, a chief editor gives new passwords
    urlpatterns += [
        path("account/reset/", account.password_reset, name="account_reset_password"),
        path("account/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
        path("account/reset/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
        re_path(  # a letter's link is made by putting both parts into this very form
            r"^account/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
            account.password_reset_from_key,
            name="account_reset_password_from_key",
        ),
    ]

handler400 = pages.bad_request
handler404 = pages.not_found
handler500 = pages.server_error
