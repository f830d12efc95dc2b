"""Public pages over HTTP: one for everyone, kept while nothing changes, and asked for again cheaply."""

import re
import runpy
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, path, reverse
from django.utils import timezone
from django.utils.http import http_date, parse_http_date
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.plugin import DjangoDbBlocker

from config import urls
from tests import builders
from tests.languages import speaking
from tests.rounds import few_and_all, fewer
from timeline import cache, edition, http, record
from timeline.filters import TimelineFilter
from timeline.models import Event

CALL = "/events/call/"
# An example of every public address, by its name in the table of addresses.
ADDRESSES = {
    "timeline": "/?country=JP",
    "entries": "/entries/?order=oldest",
    "event": CALL,
    "leaders": "/leaders/?q=tak",
    "leader": "/leaders/sanae-takaichi/?kind=call",
    "countries": "/countries/",
    "country": "/countries/JP/",
    "between": "/between/JP/US/",
    "topics": "/topics/",
    "topic": "/topics/taiwan/",
    "source": "/sources/jiji/",
    "corrections": "/corrections/",
    "about": "/about/",
    "marks": "/marks/",
}
MACHINES = {
    "card": "/events/call/card/",
    "card-png": "/events/call/card.png",
    "version": "/events/call/versions/1/",
    "event-json": "/events/call.json",
    "event-ics": "/events/call.ics",
    "event-txt": "/events/call.txt",
    "event-bib": "/events/call.bib",
    "event-ris": "/events/call.ris",
    "event-csl": "/events/call.csl.json",
    "timeline-atom": "/timeline.atom?kind=call",
    "timeline-ics": "/timeline.ics",
    "timeline-csv": "/timeline.csv",
    "timeline-json": "/timeline.json",
    "timeline-timelinejs": "/timeline.timelinejs.json",
    "changes-atom": "/changes.atom",
    "corrections-atom": "/corrections.atom",
    "oembed": "/oembed?url=http://testserver/events/call/",
    "api": "/api/",
    "schema": "/api/dossier.schema.json",
    "sitemap": "/sitemap.xml",
    "sitemap-part": "/sitemap-1.xml",
    "sitemap-sources": "/sitemap-sources-1.xml",
    "robots": "/robots.txt",
}
REDIRECTS = {"favicon.ico": "/favicon.ico", "short": "/e/1/", "event-unclosed": "/events/call"}


@pytest.fixture(scope="module")
def _two_events_all_along(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        builders.cast()
        builders.publish(builders.call(topics=["taiwan"]), builders.meeting())
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _two_events(_two_events_all_along: None, db: None) -> None:
    """A call and a meeting, put in once; each test's own changes are undone."""


def write(title: str = "They speak again") -> None:
    builders.write(builders.call(title=title, topics=["taiwan"]))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.moment)
    return clock


class Clock:
    """The time as Django sees it; it begins a minute after the last write, and not just before midnight."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC) + timedelta(minutes=1)
        if self.moment.hour == 23:
            self.moment += timedelta(hours=2)

    def turn(self, **much: float) -> None:
        self.moment += timedelta(**much)


# Every public address ----------------------------------------------------------------------------------------


def test_every_address_is_public_or_known_not_to_be() -> None:
    rest = {"healthz", "preview", "admin/"}  # of editors, and of machines that watch the site
    for pattern in urls.urlpatterns:
        name = (pattern.name if isinstance(pattern, URLPattern) else None) or str(pattern.pattern)
        is_public = isinstance(pattern, URLPattern) and hasattr(pattern.callback, "parameters")
        assert is_public == (name not in rest and not str(pattern.pattern).startswith("account/")), name
        assert (name in {*ADDRESSES, *MACHINES, *REDIRECTS}) == is_public, f"{name} wants an example above."


def test_each_page_may_be_kept_and_is_asked_for_again_cheaply(client: Client) -> None:
    for address in (*ADDRESSES.values(), *MACHINES.values()):
        page = client.get(address)  # makes it
        assert page.status_code == 200, address
        assert page["ETag"].startswith('W/"'), address
        assert parse_http_date(page["Last-Modified"]) <= datetime.now(UTC).timestamp(), address
        assert page["Cache-Control"] == "public, no-cache", address
        assert page["Content-Security-Policy"], address
        assert not page.has_header("Vary"), address
        assert not page.cookies, address
        finds_again(client, address, page)
        for ask in (client.get, client.head):
            response = ask(address, headers={"If-None-Match": page["ETag"]})
            assert (response.status_code, response.content) == (304, b""), address
            assert response["ETag"] == page["ETag"], address
            assert response["Cache-Control"] == page["Cache-Control"], address
            assert not response.has_header("Content-Type"), address


@few_and_all
def test_each_page_is_made_anew_once_something_is_written(client: Client, everything: bool) -> None:
    some = ("timeline", "entries", "event", "marks", "event-json", "timeline-csv", "robots")
    examples = ADDRESSES | MACHINES
    asked = [address for name, address in examples.items() if everything or name in some]
    pages = {address: client.get(address) for address in asked}
    builders.topic("new", "New")
    for address, page in pages.items():
        changed = client.head(address, headers={"If-None-Match": page["ETag"]})
        assert (changed.status_code, changed.content) == (200, b""), address
        assert changed["ETag"] != page["ETag"], address
        finds_again(client, address, changed)


def finds_again(client: Client, address: str, made: Any) -> None:
    """The page that was made, by GET or HEAD, is found with one query, by either, and HEAD leaves out its body."""
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address)
        head = client.head(address)
    assert len(asked) == 2, address
    assert {**page.headers} == {**head.headers} == {**made.headers}, address
    assert made.content in (b"", page.content), address
    assert head.content == b"", address
    assert int(page["Content-Length"]) == len(page.content) > 100, address


# What a page depends on ----------------------------------------------------------------------------------------


def test_an_editor_sees_what_was_written_at_once(client: Client) -> None:
    for title in ("They speak of ships", "They speak of fish"):
        write(title)
        assert title in client.get("/").content.decode()
        assert title in client.get(CALL).content.decode()


def test_what_is_rolled_back_changes_nothing(client: Client) -> None:
    page = client.get("/")
    with transaction.atomic():
        write("They never spoke")
        during = client.get("/")
        assert "They never spoke" in during.content.decode()
        transaction.set_rollback(True)
    after = client.get("/", headers={"If-None-Match": page["ETag"]})
    assert after.status_code == 304
    assert client.get("/").content == page.content
    write("They spoke")
    assert client.get("/")["ETag"] not in (page["ETag"], during["ETag"])


def test_a_page_is_anothers_after_midnight(client: Client, clock: Clock) -> None:
    page = client.get("/leaders/sanae-takaichi/")
    clock.turn(days=1)
    later = client.get("/leaders/sanae-takaichi/", headers={"If-None-Match": page["ETag"]})
    assert later.status_code == 200
    assert later.content != page.content  # one more day since the last contact
    midnight = clock.moment.replace(hour=0, minute=0, second=0, microsecond=0)
    assert later["Last-Modified"] == http_date(midnight.timestamp())


@override_settings(ALLOWED_HOSTS=["one.example", "other.example"])
def test_a_page_belongs_to_its_host(client: Client) -> None:
    one, other = (client.get(CALL, headers={"Host": host}) for host in ("one.example", "other.example"))
    assert "http://one.example/events/call/" in one.content.decode()
    assert "http://other.example/events/call/" in other.content.decode()
    assert one["ETag"] != other["ETag"]
    assert client.get(CALL, headers={"Host": "evil.example"}).status_code == 400
    with override_settings(SITE_URL="https://readout.example"):
        one, other = (client.get(CALL, headers={"Host": host}) for host in ("one.example", "other.example"))
        assert one["ETag"] == other["ETag"]
        assert client.get(CALL, headers={"Host": "evil.example"}).status_code == 400


def test_a_page_belongs_to_its_language(client: Client) -> None:
    with speaking("en"):
        page = client.get("/")
        with speaking("ja"):
            other = client.get("/")
        assert other["ETag"] != page["ETag"]
        assert 'lang="ja"' in other.content.decode()
        assert 'lang="en"' in client.get("/").content.decode()


def test_a_page_belongs_to_its_scheme(client: Client) -> None:
    with override_settings(SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=60):
        secure = client.get("/", secure=True)
        assert client.get("/", secure=True)["Strict-Transport-Security"]
        for _ in range(2):
            plain = client.get("/", headers={"If-None-Match": secure["ETag"]})
            assert (plain.status_code, plain["Location"]) == (301, "https://testserver/")


def test_pages_change_with_the_code(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = client.get("/")
    monkeypatch.setattr(edition, "code", lambda: edition.Code("another", 0))
    assert client.get("/")["ETag"] != page["ETag"]


def test_the_code_has_a_version_of_its_own() -> None:
    code = edition.code()
    assert len(code.version) == 16
    assert code.written_at <= datetime.now(UTC).timestamp() + 1


# Addresses -------------------------------------------------------------------------------------------------


def test_what_a_page_does_not_read_is_no_part_of_its_key(client: Client) -> None:
    page = client.get("/?kind=call&country=JP")
    for query in ("kind=call&country=JP&utm_source=x", "country=JP&kind=call", "_=1&country=JP&z&kind=call"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/?{query}")["ETag"] == page["ETag"]
        assert len(asked) == 1
    for query in ("kind=call", "kind=meeting&country=JP", "country=JP&country=US&kind=call", ""):
        assert client.get(f"/?{query}")["ETag"] != page["ETag"]
    assert client.get(f"{CALL}?q=1")["ETag"] == client.get(CALL)["ETag"]


def test_a_view_sees_no_parameter_but_those_it_reads(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse("seen")

    added = path("seen/", http.public(view, "b", "a"), name="seen")
    monkeypatch.setattr(urls, "urlpatterns", [added, *urls.urlpatterns])
    monkeypatch.delitem(get_resolver().__dict__, "url_patterns", raising=False)
    http._canonical_query.cache_clear()
    client.force_login(User.objects.create(username="editor"))
    response = client.get(
        "/seen/?a=1&c=2&a=%E9%AB%98&b=", headers={"If-None-Match": '"x"', "If-Modified-Since": http_date(0)}
    )
    monkeypatch.delitem(get_resolver().__dict__, "url_patterns", raising=False)
    http._canonical_query.cache_clear()
    assert response.status_code == 200
    assert dict(seen[0].GET.lists()) == {"b": [""], "a": ["1", "高"]}
    assert seen[0].get_full_path() == "/seen/?b=&a=1&a=%E9%AB%98"
    assert not seen[0].COOKIES
    assert not seen[0].headers.keys() & {"Cookie", "If-None-Match", "If-Modified-Since"}


def test_the_timeline_reads_every_parameter_of_its_filter() -> None:
    query = QueryDict(
        "q=trade&kind=call&occurrence=planned&country=JP&leader=sanae-takaichi&topic=taiwan&source=jiji"
        "&match=all&since=2025&until=2026&order=oldest&after=0"
    )
    asked = TimelineFilter.from_query(query)
    written = {name for name, _value in asked.parameters()} | {name for name, *_ in asked.ignored}
    assert written | {"before"} == set(urls.FILTERS)


def test_a_canonical_address_is_its_own() -> None:
    for query in ("q=a&kind=call", "kind=call&country=JP&country=CN", "q=%FF", "q=\xe9\xab\x98", "q=a%26b&x=1"):
        canonical = http.canonical_query("/", query)
        assert canonical is not None
        assert canonical.isascii()
        assert http.canonical_query("/", canonical) == canonical
    assert http.canonical_query("/", "q=\xe9\xab\x98") == "q=%E9%AB%98"  # as WSGI has UTF-8 that is not quoted
    assert http.canonical_query("/nowhere/", "q=1") is None
    assert http.canonical_query("/admin/", "q=1") is None
    assert http.canonical_query("/healthz", "") is None


@fewer
@given(st.lists(st.tuples(st.sampled_from([*urls.FILTERS, "utm", "Q"]), st.text(max_size=8)), max_size=6))
def test_a_canonical_query_says_what_the_page_would_have_read(pairs: list[tuple[str, str]]) -> None:
    given = QueryDict(mutable=True)
    for name, value in pairs:
        given.appendlist(name, value.encode("utf-8", "replace").decode())
    read = QueryDict(http.canonical_query("/", given.urlencode()) or "")
    assert dict(read.lists()) == {name: values for name, values in given.lists() if name in urls.FILTERS}


def test_too_many_parameters_are_refused_and_not_kept(client: Client) -> None:
    response = client.get("/?" + "&".join(f"x{n}=1" for n in range(16_000)))
    assert response.status_code == 413
    assert caches[cache.ALIAS].size == 0  # type: ignore[attr-defined]


# Readers ---------------------------------------------------------------------------------------------------


@few_and_all
def test_an_editor_gets_the_page_of_everyone(client: Client, everything: bool) -> None:
    editor = Client()
    editor.force_login(User.objects.create_superuser("editor"))
    asked = [*ADDRESSES.values()] if everything else ["/entries/", CALL, "/leaders/sanae-takaichi/", "/about/"]
    theirs = {address: editor.get(address, headers={"Cookie": "sessionid=x; csrftoken=y"}) for address in asked}
    caches[cache.ALIAS].clear()
    for address, page in theirs.items():
        ours = client.get(address)
        assert page.content == ours.content, address
        assert page["ETag"] == ours["ETag"], address
        assert not page.cookies, address
        assert not ours.cookies, address
        assert ours["X-Frame-Options"] == "DENY", address
    assert editor.get("/admin/").status_code == 200


def test_what_sets_a_cookie_is_not_kept(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    real = http.PublicPages.__init__

    def init(self: Any, get_response: Any) -> None:
        def with_cookie(request: HttpRequest) -> HttpResponse:
            response: HttpResponse = get_response(request)
            response.set_cookie("who", "you")
            return response

        real(self, with_cookie)

    monkeypatch.setattr(http.PublicPages, "__init__", init)
    response = Client().get("/marks/")
    assert "no-store" in response["Cache-Control"]
    assert not response.has_header("ETag")
    assert caches[cache.ALIAS].size == 0  # type: ignore[attr-defined]


def test_nothing_of_the_editors_pages_is_kept(client: Client) -> None:
    client.force_login(User.objects.create_superuser("editor"))
    for address in ("/admin/", reverse("admin:timeline_call_changelist"), "/admin/jsi18n/", "/admin/nothing/"):
        for who in (client, Client()):
            response = who.get(address)
            assert "no-store" in response["Cache-Control"], address
            assert not response.has_header("ETag")
    assert caches[cache.ALIAS].size == 0  # type: ignore[attr-defined]


def test_another_method_is_not_answered_from_what_is_kept(client: Client) -> None:
    client.get("/marks/")
    assert client.post("/marks/").status_code == 405


# Conditions ------------------------------------------------------------------------------------------------


def test_nonsense_in_if_none_match_gets_the_page(client: Client) -> None:
    for nonsense in ("", "x", '"', "W/", '"a", "b"', ",,,", '""', "\u00e9", "*x", '"*"', "W/" * 500):
        caches[cache.ALIAS].clear()
        for _ in range(2):  # made, and found
            assert client.get("/robots.txt", headers={"If-None-Match": nonsense}).status_code == 200, nonsense


def test_a_tag_is_found_among_others_and_with_or_without_its_w(client: Client) -> None:
    tag = client.get("/marks/")["ETag"]
    for sent in (tag, f'"a", {tag}', f'{tag},W/"b"'):
        assert client.get("/marks/", headers={"If-None-Match": sent}).status_code == 304
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_any_tag_spares_a_page_that_is_there(client: Client) -> None:
    for _ in range(2):
        response = client.get("/marks/", headers={"If-None-Match": "*"})
        assert (response.status_code, response.content) == (304, b"")
        assert response["ETag"]
    assert client.get("/events/none/", headers={"If-None-Match": "*"}).status_code == 404


def test_it_spares_a_page_by_its_date(client: Client, clock: Clock) -> None:
    page = client.get(CALL)
    modified = parse_http_date(page["Last-Modified"])
    for since, status in ((0, 304), (5, 304), (-1, 200), (86400 * 9, 200)):  # the last one is yet to come
        response = client.get(CALL, headers={"If-Modified-Since": http_date(modified + since)})
        assert response.status_code == status, since
    both = {"If-Modified-Since": page["Last-Modified"], "If-None-Match": '"another"'}
    assert client.get(CALL, headers=both).status_code == 200
    for nonsense in ("yesterday", "", "0", "Mon, 99 Foo 2025 00:00:00 GMT"):
        assert client.get(CALL, headers={"If-Modified-Since": nonsense}).status_code == 200
    # Only what is there can be held: neither a missing page nor a redirect, nor what makes no sense.
    for address, status in (("/events/none/", 404), ("/favicon.ico", 302), ("/timeline.json?since=soon", 400)):
        for _ in range(2):
            found = client.get(address, headers={"If-Modified-Since": page["Last-Modified"]})
            assert found.status_code == status, address
    clock.turn(days=1)
    assert client.get(CALL, headers={"If-Modified-Since": page["Last-Modified"]}).status_code == 200


def test_two_changes_in_one_second_are_told_apart(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    second = int(datetime.now(UTC).timestamp()) + 100
    asked: list[edition.Edition] = []

    def at(data_version: float, now: float) -> edition.Edition:
        return edition.Edition(int(data_version * 1_000_000), datetime.fromtimestamp(now, UTC), "http://x")

    def held(since: int, asked_in: edition.Edition) -> bool:
        asked.append(asked_in)
        return http.Asked("/", "", asked_in, None, http_date(since)).is_held_if_there

    first = at(second + 0.2, second + 0.3)
    sent = parse_http_date(http._validators("key", first)["Last-Modified"])
    assert sent == second  # never later than the answer itself
    assert not held(sent, at(second + 0.5, second + 0.6))
    assert not held(sent, at(second + 0.5, second + 20))
    settled = parse_http_date(http._validators("key", at(second + 0.5, second + 20))["Last-Modified"])
    assert settled == second + 1
    assert held(settled, at(second + 0.5, second + 30))


@override_settings(CDN_SECONDS=30)
def test_a_cdn_may_be_granted_some_seconds(client: Client) -> None:
    expected = "public, max-age=0, must-revalidate, s-maxage=30"
    page = client.get("/")
    assert page["Cache-Control"] == expected
    assert client.get("/", headers={"If-None-Match": page["ETag"]})["Cache-Control"] == expected
    assert "s-maxage" not in client.get("/events/none/")["Cache-Control"]


# Other answers than a page -------------------------------------------------------------------------------------


def test_no_random_address_takes_room(client: Client) -> None:
    for number in range(2):
        for address in (f"/events/none-{number}/", f"/{number}", f"/leaders/none-{number}/?q=1"):
            response = client.get(address)
            assert response.status_code == 404
            assert "no-store" in response["Cache-Control"]
            assert not response.has_header("ETag")
    assert caches[cache.ALIAS].size == 0  # type: ignore[attr-defined]


def test_what_is_published_later_is_found_where_nothing_was(client: Client) -> None:
    assert client.get("/events/later/").status_code == 404
    builders.publish(builders.call("later"))
    assert client.get("/events/later/").status_code == 200


def test_withdrawals_and_redirects_are_kept_in_full(client: Client) -> None:
    whole = record.of(builders.event("call"))
    with record.writing() as writer:
        event = Event.objects.get(slug="call")
        writer.write({**whole, "id": "renamed"}, event=event)
        writer.withdraw(Event.objects.get(slug="meeting"), "The outlet took it back.")
    for address, status in (
        (CALL, 301),
        ("/events/meeting/", 410),
        ("/countries/jp/?order=oldest&x=1", 301),
        ("/favicon.ico", 302),
    ):
        first = client.get(address)
        with CaptureQueriesContext(connection) as asked:
            again = client.get(address, headers={"If-None-Match": "*"})
        assert len(asked) == 1
        assert first.status_code == again.status_code == status
        assert {**first.headers} == {**again.headers}
        assert again["Cache-Control"] == "public, no-cache"
        assert not again.has_header("ETag")
    assert client.get("/countries/jp/?order=oldest&x=1")["Location"] == "/countries/JP/?order=oldest"


# Faults ----------------------------------------------------------------------------------------------------


class Broken:
    """A connection that refuses to work, from the `nth` query on."""

    def __init__(self, nth: int) -> None:
        self.left = nth

    def __call__(self, execute: Any, *args: Any) -> Any:
        self.left -= 1
        if self.left <= 0:
            raise OperationalError("database is locked")
        return execute(*args)


@pytest.mark.parametrize("nth", [1, 2, 3, 5])
def test_it_says_in_words_that_the_database_is_away(client: Client, nth: int, caplog: pytest.LogCaptureFixture) -> None:
    with connection.execute_wrapper(Broken(nth)):
        response = client.get("/leaders/sanae-takaichi/")
    html = response.content.decode()
    assert response.status_code == 503
    assert "The line is busy." in html
    assert "locked" not in html
    assert response["Retry-After"]
    assert response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    assert "database is locked" in caplog.text
    assert "Traceback" not in caplog.text
    assert client.get("/leaders/sanae-takaichi/").status_code == 200


def test_the_editors_pages_say_it_too(client: Client) -> None:
    client.force_login(User.objects.create_superuser("editor"))
    with connection.execute_wrapper(Broken(3)):
        response = client.get(reverse("admin:timeline_call_changelist"))
    assert response.status_code == 503
    assert "no-store" in response["Cache-Control"]


def test_a_fault_is_not_kept(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("broken for the test")

    client.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr("timeline.views.pages.outcome_words", broken)
        response = client.get("/about/")
    assert response.status_code == 500
    assert "no-store" in response["Cache-Control"]
    assert client.get("/about/").status_code == 200


def test_a_page_is_kept_under_the_version_it_was_made_from(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    real = http.asked

    def asked(request: HttpRequest) -> http.Asked | None:
        wanted = real(request)
        write("Written in between")  # after the version was read, before the page is made
        return wanted

    with monkeypatch.context() as patched:
        patched.setattr(http, "asked", asked)
        page = client.get("/")
    assert "Written in between" in page.content.decode()
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/")["ETag"] == page["ETag"]
    assert len(queries) == 1


# Before Django -----------------------------------------------------------------------------------------------


def wsgi(address: str, method: str = "GET", **headers: str) -> tuple[str, dict[str, str], bytes]:
    """Status line, headers and body of the whole application, as a server asks it."""
    path_info, _mark, query = address.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path_info,
        "QUERY_STRING": query,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "HTTP_HOST": "testserver",
        **headers,
    }
    began: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        began.append((status, headers))

    application: Any = http.KnownFirst(get_wsgi_application())
    chunks: Iterable[bytes] = application(environ, start)
    body = b"".join(chunks)
    [(status, sent)] = began
    assert len({name for name, _value in sent}) == len(sent)
    return status, dict(sent), body


@pytest.fixture
def _no_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request's beginning would close the connection that holds the test's transaction."""
    monkeypatch.setattr("django.core.signals.request_started.send", lambda *args, **kwargs: [])
    monkeypatch.setattr("django.core.signals.request_finished.send", lambda *args, **kwargs: [])


@pytest.mark.usefixtures("_no_signals")
@override_settings(ALLOWED_HOSTS=["testserver"])
def test_the_server_gets_the_same_answers_from_before_django(client: Client) -> None:
    made = wsgi("/?kind=call&x=1")
    with CaptureQueriesContext(connection) as queries:
        found = wsgi("/?y=1&kind=call")
    assert len(queries) == 1
    assert made == found
    assert made[0] == "200 OK"
    page = client.get("/?kind=call")
    assert page.content == made[2]
    assert {**page.headers} == made[1]
    status, headers, body = wsgi("/?kind=call", HTTP_IF_NONE_MATCH=page["ETag"])
    assert (status, headers["ETag"], body) == ("304 Not Modified", page["ETag"], b"")
    assert "Content-Length" not in headers
    status, headers, body = wsgi("/?kind=call", "HEAD")
    assert (status, headers, body) == ("200 OK", made[1], b"")


@pytest.mark.usefixtures("_no_signals")
def test_before_django_its_rules_hold(client: Client) -> None:
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        wsgi("/marks/")
        assert wsgi("/marks/", HTTP_HOST="evil.example")[0] == "400 Bad Request"
        assert wsgi("/marks/", "POST")[0] in ("403 Forbidden", "405 Method Not Allowed")
        assert wsgi("/nothing/")[0] == "404 Not Found"
        for address in ("/events/٣/", "/会/", "/e/💥"):  # as a server hands them over
            assert wsgi(address.encode().decode("latin-1"))[0] == "404 Not Found", address
        assert wsgi("/healthz")[2] == b"ok\n"
        with override_settings(SECURE_SSL_REDIRECT=True):
            status, headers, _body = wsgi("/marks/")
            assert (status, headers["Location"]) == ("301 Moved Permanently", "https://testserver/marks/")


def test_the_code_is_read_again_while_somebody_works_on_it(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    page = tmp_path / "templates" / "page.html"
    page.write_text("one")
    with override_settings(BASE_DIR=tmp_path, DEBUG=True):
        one = edition.code()
        page.write_text("two")
        assert edition.code().version != one.version
        page.write_text("one")
        assert edition.code().version == one.version


# Where pages are kept ------------------------------------------------------------------------------------------


@pytest.fixture
def small() -> Iterator[cache.Memory]:
    kept = cache.Memory("small", {"OPTIONS": {"MAX_BYTES": 10_000}})
    yield kept
    kept.clear()


def test_memory_holds_so_many_bytes_and_lets_the_least_used_go(small: cache.Memory) -> None:
    for name in "abc":
        small.set(name, b"x" * 2500)
    assert small.get("a") == b"x" * 2500
    small.set("d", b"y" * 2500)
    assert [small.get(name) is not None for name in "abcd"] == [True, False, True, True]
    small.set("e", b"z" * 9_900)  # larger than all there is room for
    assert small.get("e") is None
    assert small.get("a") is not None
    small.set("a", b"")
    assert small.size < 6500
    assert small.delete("a")
    assert not small.delete("a")
    assert small.add("c", b"other") is False
    assert small.add("new", b"n")
    small.clear()
    assert small.size == 0
    assert small.get("c", "nothing") == "nothing"


def test_memory_forgets_in_time_and_keeps_nothing_but_bytes(small: cache.Memory) -> None:
    small.set("a", b"a", timeout=-1)
    assert small.get("a") is None
    assert small.size == 0
    with pytest.raises(TypeError, match="bytes, not str"):
        small.set("a", "text")  # type: ignore[arg-type]


def test_what_is_too_large_is_not_kept() -> None:
    cache.put("large", b"x" * (cache.LARGEST + 1))
    assert cache.get("large") is None


@pytest.fixture
def nobody() -> Iterator[None]:
    """A shared cache at an address where nobody listens."""
    pages = {"BACKEND": "timeline.cache.Shared", "LOCATION": "redis://127.0.0.1:1/0"}
    with override_settings(
        CACHES={"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}, "pages": pages}
    ):
        yield
    cache._health.__init__()  # type: ignore[misc]


@pytest.mark.usefixtures("nobody")
def test_a_dead_cache_costs_no_reader_a_page(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        page = client.get("/marks/")
        assert page.status_code == 200
    assert client.get("/marks/", headers={"If-None-Match": page["ETag"]}).status_code == 304
    told = [entry for entry in caplog.records if entry.name == "timeline.cache"]
    assert len(told) == 1
    assert "The cache does not answer" in told[0].getMessage()


@pytest.mark.usefixtures("nobody")
def test_a_cache_that_answers_again_is_used_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/marks/")
    monkeypatch.setattr(cache, "caches", {cache.ALIAS: cache.Memory("pages", {"OPTIONS": {"MAX_BYTES": 10**6}})})
    client.get("/marks/")
    assert cache.get("x") is None
    assert cache._health.is_down  # it rests
    cache._health.asked_again_at = 0
    client.get("/marks/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/marks/")
    assert len(asked) == 1
    assert not cache._health.is_down


# What the environment says ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("CACHE_URL", "memcached://localhost", "CACHE_URL wants redis://"),
        ("CACHE_URL", "redis://localhost:port/0", "CACHE_URL wants redis://"),
        ("CACHE_MEGABYTES", "much", "CACHE_MEGABYTES is 'much': it wants a whole number"),
        ("CDN_SECONDS", "-1", "CDN_SECONDS is '-1': it wants a whole number"),
    ],
)
def test_it_refuses_to_start_in_words(monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str) -> None:
    path = str(settings.BASE_DIR / "config" / "settings.py")
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=re.escape(sentence)):
        runpy.run_path(path)


def test_a_shared_cache_is_used_where_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CACHE_URL", "redis://cache.example:6379/2")
    made = runpy.run_path(str(settings.BASE_DIR / "config" / "settings.py"))
    assert made["CACHES"]["pages"]["BACKEND"] == "timeline.cache.Shared"
    assert made["CACHES"]["pages"]["LOCATION"] == "redis://cache.example:6379/2"
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match="Redis' client is missing"):
        runpy.run_path(str(settings.BASE_DIR / "config" / "settings.py"))
