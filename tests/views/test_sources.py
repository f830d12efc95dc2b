"""All that rests on one source."""

import re
from collections import Counter

import pytest
from django.test import Client

from tests import builders
from tests.rounds import few_and_all
from tests.views.asked import queries
from timeline import index, record
from timeline.models import Citation, Event, Readout, Source, State
from timeline.views import sources

pytestmark = pytest.mark.usefixtures("bundled")

SOURCE = "yomiuri-20251125-article"
CALL = "takaichi-trump-call-2025-11-25"


def get(client: Client, slug: str, query: str = "") -> str:
    response = client.get(f"/sources/{slug}/{query}")
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def slugs(html: str) -> list[str]:
    return re.findall(r'<li class="(?:en|say)[^"]*" id="e-([a-z0-9-]+)"', html)


def test_it_shows_the_facts_of_a_source(client: Client) -> None:
    html = get(client, SOURCE)
    source = Source.objects.get(slug=SOURCE)
    assert f'<a href="{source.url}" rel="external noopener">Read it at japannews.yomiuri.co.jp</a>' in html
    assert "<dd>The Japan News (Yomiuri)</dd>" in html
    assert '<time datetime="2025-11-25">25 November 2025</time>' in html
    assert "<dd>English</dd>" in html
    assert "none recorded" in html


def test_it_says_what_is_not_recorded_and_links_the_archived_copy(client: Client) -> None:
    archived = "https://archive.example/1"
    builders.source("bare", archived_url=archived)
    row = {**record.of(Event.objects.get(slug=CALL)), "id": "another", "citations": [{"source": "bare"}], "links": []}
    builders.publish(row)
    html = get(client, "bare")
    assert html.count("not recorded</dd>") == 3  # published, language, address
    assert f'<a href="{archived}" rel="external noopener">Archived copy</a>' in html
    assert "1 entry cites it without saying for what." in html


def test_it_counts_what_it_supports(client: Client) -> None:
    html = get(client, SOURCE)
    fields = Citation.objects.filter(source__slug=SOURCE).values_list("supports", flat=True)
    date = sum("date" in names for names in fields)
    assert re.search(rf"<dt>Date</dt><dd>in {date} entries</dd>", html)
    assert re.search(r"<dt>Who began it</dt><dd>in 1 entry</dd>", html)


def test_it_shows_the_accounts_given_in_it(client: Client) -> None:
    html = get(client, SOURCE)
    accounts = html[html.index('id="h-acc"') : html.index('id="h-tl"')]
    assert accounts.count("<li>") == Readout.objects.filter(source__slug=SOURCE).count()
    assert "<b>Kihara, at a press conference</b>, 25 November 2025" in accounts
    assert "1 declined to say; 2 reported" in accounts
    assert f'href="/events/{CALL}/"' in accounts


def test_it_shows_the_entries_that_cite_it(client: Client) -> None:
    html = get(client, SOURCE)
    expected = Event.objects.published().filter(citations__source__slug=SOURCE)
    assert set(slugs(html)) == {event.slug for event in expected}
    assert f"{expected.count()} entries rest on it." in html
    calls = get(client, SOURCE, "?kind=call&order=oldest")
    assert slugs(calls) == [event.slug for event in expected.of_kind("call").oldest_first()]


def test_it_hides_a_source_of_drafts_alone(client: Client) -> None:
    builders.source("hidden", title="What nobody should see")
    row = {**record.of(Event.objects.get(slug=CALL)), "id": "a-draft", "citations": [{"source": "hidden"}]}
    builders.write(row, state=State.DRAFT)
    for slug in ("hidden", "nothing"):
        assert client.get(f"/sources/{slug}/").status_code == 404


def test_it_keeps_the_address_when_its_entries_are_withdrawn(client: Client) -> None:
    cited = Event.objects.published().filter(citations__source__slug=SOURCE)
    title = cited[0].title
    number = cited.count()
    with record.writing() as writer:
        for event in list(cited):
            writer.withdraw(event, "For the test.")
    html = get(client, SOURCE)
    assert "No published entry cites it any more." in html
    assert f"{number} entries that rested on it were withdrawn." in html
    assert title not in html


def test_it_is_linked_from_each_event_that_cites_it(client: Client) -> None:
    html = client.get(f"/events/{CALL}/").content.decode()
    for citation in Event.objects.get(slug=CALL).citations.select_related("source"):
        assert f'href="/sources/{citation.source.slug}/">All that rests on it</a>' in html


@few_and_all
def test_it_shows_any_source_of_the_dossiers(client: Client, everything: bool) -> None:
    for source in Source.objects.filter(citations__event__state="published").distinct()[:: 1 if everything else 40]:
        assert source.publisher.split("’")[0].split("'")[0].split("&")[0] in get(client, source.slug)


def test_it_sets_no_cookie_and_no_style(client: Client) -> None:
    response = client.get(f"/sources/{SOURCE}/")
    assert not response.cookies
    assert " style=" not in response.content.decode()


def test_it_asks_a_constant_number_of_queries(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("timeline.views.sources.MOST_ACCOUNTS", 5)
    few = queries(client, f"/sources/{SOURCE}/")
    whole = record.of(Event.objects.get(slug=CALL))
    builders.publish(*({**whole, "id": f"copy-{copy}", "links": []} for copy in range(6)))
    assert queries(client, f"/sources/{SOURCE}/") <= few <= 24
    assert "more accounts stand on the entries below." in get(client, SOURCE)


def test_it_counts_and_orders_as_reading_each_row_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MOST_ACCOUNTS", 1)
    resting = list(Event.objects.published().filter(citations__source__slug=SOURCE))
    whole = record.of(resting[0])
    builders.write({**whole, "id": "a-draft", "links": []}, state=State.DRAFT)
    with record.writing() as writer:
        for event in resting[1:3]:
            writer.withdraw(event, "For the test.")
    held = index.current()
    seen = unseen = 0
    for source in [*Source.objects.all()[::20], Source.objects.get(slug=SOURCE)]:
        rows = Citation.objects.filter(source=source).select_related("event")
        public = [row for row in rows if row.event.state == State.PUBLISHED]
        unseen += len(rows) - len(public)
        counted = sources._supports(source, len(public))
        expected = Counter(str(Citation.SUPPORTS[name]) for row in public for name in row.supports)
        assert dict(counted["supports"]) == expected  # type: ignore[call-overload]
        assert counted["silent"] == sum(not row.supports for row in public)
        told = Readout.objects.filter(source=source, event__state=State.PUBLISHED)
        ordered = list(told.order_by("-event__position", "-event_id", "order", "id"))
        accounts = sources._accounts(source, held)
        assert [one.readout for one in accounts["accounts"]] == ordered[:1]  # type: ignore[attr-defined]
        assert (accounts["account_count"], accounts["more_accounts"]) == (len(ordered), max(len(ordered) - 1, 0))
        seen += len(ordered) > 1
        withdrawn = {row.event_id for row in rows if row.event.state == State.WITHDRAWN}
        assert sources._withdrawn(source) == len(withdrawn)
    assert seen
    assert unseen >= 3
