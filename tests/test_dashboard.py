"""The desk's first page: what waits, what was changed last, one search over everything. And: do links still lead."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from threading import Thread
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import builders
from tests.desk import unshown
from tests.test_roles import signed_in
from timeline import links, record, roles
from timeline.admin import dashboard
from timeline.models import Article, DataVersion, LinkCheck, Outcome, Proposal, Source, State

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cast(cast_all_along, db):
    pass


@pytest.fixture
def waiting() -> None:
    """A draft, an entry with two sources and one with one, a proposal, a source that is gone, posts without an end."""
    both = [{"source": "second"}, {"source": builders.SOURCE}]
    with record.writing() as writer:
        source = Source(slug="second", publisher="Jiji Press", title="What was said", url="https://news.example/gone")
        source.save()
        writer.write(builders.call(), state=State.PUBLISHED)
        writer.write(builders.call("firm", date="2025-12-01", citations=both), state=State.PUBLISHED)
        writer.write(builders.call("draft", date="2025-12-02"), state=State.DRAFT)
    article = Article.objects.create(title="News", published="2025-11-25")
    Proposal.objects.create(article=article, kind="call", about="call takaichi trump")
    LinkCheck.objects.create(source=source, url=source.url, at=timezone.now(), outcome=Outcome.FAILING)


# What waits ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("waiting")
def test_it_counts_what_waits_and_leads_to_it():
    client = signed_in(roles.Role.CHIEF_EDITOR)
    page = client.get("/admin/")
    piles = {pile.words: pile for pile in page.context_data["piles"]}
    assert {words: pile.count for words, pile in piles.items()} == {
        "draft": "1",
        "proposal from an article": "1",
        "published entry without a second source": "1",
        "source whose address no longer resolves": "1",
        "posts without an end": "3",
    }
    listed = {}
    for words, pile in piles.items():
        assert f'href="{pile.address}"' in page.text
        with unshown():
            listed[words] = [str(row) for row in client.get(pile.address).context_data["cl"].result_list]
    assert listed["draft"] == ["They speak: draft"]
    assert listed["published entry without a second source"] == ["They speak: call"]
    assert [one.partition(":")[2].strip() for one in listed["source whose address no longer resolves"]] == [
        Source.objects.get(slug="second").title
    ]
    assert len(listed["posts without an end"]) == 3
    assert {one.words for one in page.context_data["new"]} == {"A meeting", "A call", "A statement", "A source"}


@pytest.mark.usefixtures("waiting")
def test_it_shows_each_role_what_they_can_see_to():
    for role, most, others in (
        (roles.Role.CONTRIBUTOR, 3, ["an editor mends them"]),
        (roles.Role.EDITOR, 5, ["a chief editor ends them"]),
    ):
        with unshown():
            piles = signed_in(role, role.value).get("/admin/").context_data["piles"]
        assert len(piles) == most
        assert [pile.others for pile in piles if pile.others] == others


@pytest.mark.usefixtures("waiting")
def test_it_asks_the_same_questions_however_much_there_is(monkeypatch):
    client = signed_in(roles.Role.CHIEF_EDITOR)

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    asked("/admin/")  # what Django asks once and remembers
    before = asked("/admin/"), asked("/admin/find/?q=speak")
    with record.writing() as writer:
        for number in range(4):
            for state in (State.PUBLISHED, State.DRAFT):
                writer.write(builders.call(f"{state}-{number}", date=f"2025-12-1{number}"), state=state)
    assert (asked("/admin/"), asked("/admin/find/?q=speak")) == before
    assert before[0] < 20
    monkeypatch.setattr(dashboard, "MOST_COUNTED", 3)
    with unshown():
        assert client.get("/admin/").context_data["piles"][0].count == "3+"


def test_it_says_who_changed_what_last():
    with record.writing(by=User.objects.create_user("ed")) as writer:
        event = writer.write(builders.call(), state=State.DRAFT).event
    with record.writing(by=User.objects.get(username="ed")) as writer:
        writer.write(record.of(event) | {"title": "They speak of rice", "place": "Tokyo"}, event=event)
    builders.publish(record.of(event))
    with record.writing() as writer:
        writer.withdraw(builders.event("call"), "An error.")
    done = [(one.who, one.what) for one in dashboard.last_changes()]
    assert done == [
        ("an editor", "withdrawn"),
        ("an editor", "published"),
        ("ed", "changed: title and place"),
        ("ed", "entered"),
    ]


# One search ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("waiting")
def test_one_search_finds_everything():
    client = signed_in(roles.Role.CONTRIBUTOR)
    written_out = {"speak draft", "news.example", '"', "x" * 5000}

    def found(words: str) -> dict[str, list[str]]:
        with nullcontext() if words in written_out else unshown():
            page = client.get("/admin/find/", {"q": words})
        assert page.status_code == 200
        return {one.title: [hit.words for hit in one.hits] for one in page.context_data["found"]}

    assert found("takaichi")["leaders"] == ["Sanae Takaichi"]
    assert "They speak: draft" in found("speak draft")["events"]
    assert found("taiwan")["topics"] == ["Taiwan"]
    assert found("jap")["countries"] == ["Japan"]
    assert len(found("news.example")["sources"]) == 1
    for nonsense in ("", "\x00", '"', "-", "😀" * 500, "x" * 5000):
        assert found(nonsense) == {}
    found("-x \x00 %' OR 1=1")


# Do links still lead ---------------------------------------------------------------------------------------------


class Host(BaseHTTPRequestHandler):
    """A small web site; `asked` is what it was asked."""

    asked: list[str] = []

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.asked.append(f"{self.command} {self.path}")
        status = {"/gone": 404, "/left": 410, "/moved": 302, "/people": 403, "/get": 405, "/far": 302}.get(
            self.path, 200
        )
        self.send_response(200 if self.path == "/get" and self.command == "GET" else status)
        if status == 302:
            self.send_header("Location", "/" if self.path == "/moved" else "ftp://elsewhere.example/")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def host() -> Iterator[str]:
    Host.asked = []
    server = HTTPServer(("127.0.0.1", 0), Host)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_asks_an_address_and_judges_the_answer(host, monkeypatch):
    monkeypatch.setattr(links, "TIMEOUT", 2)

    def asked(path: str) -> tuple[str, int | None, str]:
        found = links.ask(f"{host}{path}", agent="test", may_be_local=True)
        return found.outcome.value, found.status, found.problem

    assert asked("/a page?x=ü") == ("fine", 200, "")
    assert asked("/get") == ("fine", 200, "")
    assert Host.asked == ["HEAD /a%20page?x=%C3%BC", "HEAD /get", "GET /get"]
    assert asked("/gone") == ("failing", 404, "There is no such page (404).")
    assert asked("/left") == ("failing", 410, "It is gone for good.")
    assert asked("/moved") == ("failing", 200, "It leads to the front page now.")
    assert asked("/people") == ("unclear", 403, "")
    assert asked("/far")[:2] == ("failing", None)
    before = len(Host.asked)
    refused = links.ask(f"{host}/a", agent="test")
    assert (refused.outcome, refused.problem) == ("failing", "It is an address of this machine or of its own network.")
    for nonsense in (
        "file:///etc/passwd",
        "http://[",
        "http://127.0.0.1:99999/",
        "http://\x00/",
        "http://127.0.0.1:1/",
        "x",
    ):
        found = links.ask(nonsense, agent="test", may_be_local=True)
        assert (found.outcome, bool(found.problem)) == ("failing", True)
    assert len(Host.asked) == before


def test_it_goes_on_where_it_was_stopped(host):
    for number, path in enumerate(("/1", "/gone", "/3")):
        builders.source(f"s{number}", url=f"{host}{path}")
    builders.source("elsewhere", url="http://localhost:1/")
    before = DataVersion.objects.get().number
    waits: list[float] = []

    def ask(address: str) -> links.Found:
        if address.endswith("/3"):
            raise KeyboardInterrupt
        return links.ask(address, agent="test", may_be_local=True)

    with pytest.raises(KeyboardInterrupt):
        list(links.check(links.due(30), ask, sleep=waits.append))
    assert len(waits) == 2  # the host of three was asked again only after a while, with another one in between
    assert LinkCheck.objects.count() == 3
    output = StringIO()
    call_command("checklinks", local=True, stdout=output)
    assert output.getvalue() == "Asked 1: 1 resolve, 0 no longer, 0 answer, but not to a program.\n"
    assert LinkCheck.objects.get(source__slug="s1").problem == "There is no such page (404)."
    assert DataVersion.objects.get().number == before


def test_it_asks_again_after_a_month_or_when_the_address_is_another(host):
    source = builders.source("s", url=f"{host}/gone")

    def again() -> LinkCheck:
        ours = (one for one in links.due(30) if one.slug == "s")
        list(links.check(ours, lambda url: links.ask(url, agent="test", may_be_local=True)))
        return LinkCheck.objects.get(source=source)

    first = again()
    assert first.failing_since is not None
    LinkCheck.objects.update(at=timezone.now() - timedelta(days=31))
    assert again().failing_since == first.failing_since
    with record.writing():
        source.url = f"{host}/mended"
        source.save()
    mended = again()
    assert (mended.outcome, mended.failing_since, mended.url) == ("fine", None, source.url)
    asked = len(Host.asked)
    again()
    assert len(Host.asked) == asked
