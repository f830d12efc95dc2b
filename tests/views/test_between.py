"""Two leaders, or two countries: every contact between them."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.builders import TAKAICHI, TRUMP, XI, call, cast, leader, meeting, person, publish, statement, write
from tests.views.asked import queries
from tests.views.test_leaders import contacts_by_hand
from tests.views.test_timeline import get, slugs
from timeline import record
from timeline.models import Source, State

PAIR = f"/between/{TRUMP}/{TAKAICHI}/"
TODAY = datetime(2025, 11, 27, 9, tzinfo=UTC)


@pytest.fixture
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: TODAY)


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        (f"/between/{TAKAICHI}/{TRUMP}/", PAIR),
        ("/between/US/JP/", "/between/JP/US/"),
        ("/between/us/jp/", "/between/JP/US/"),
        ("/between/jp/us/", "/between/JP/US/"),
        ("/between/JP/us/?kind=call&order=oldest", "/between/JP/US/?kind=call&order=oldest"),
    ],
)
def test_it_redirects_to_its_one_address(client: Client, bundled: None, address: str, canonical: str) -> None:
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (301, canonical)
    assert client.get(canonical).status_code == 200


@pytest.mark.parametrize(
    "pair", ["JP/JP", "jp/JP", f"{TRUMP}/{TRUMP}", "JP/QQ", f"{TRUMP}/nobody", f"JP/{TRUMP}", f"{TRUMP}/us"]
)
def test_it_knows_no_such_pair(client: Client, bundled: None, pair: str) -> None:
    assert client.get(f"/between/{pair}/").status_code == 404


@pytest.mark.usefixtures("_today")
def test_it_counts_what_the_mock_counts(client: Client, db: None) -> None:
    cast()
    publish(
        call("first", "2025-10-25"),
        meeting("summit", "2025-10-28", participants=[person(TAKAICHI, "host"), person(TRUMP)]),
        call("second", "2025-11-25"),
    )
    html = get(client, PAIR)
    assert "<h1>Donald Trump and Sanae Takaichi</h1>" in html
    assert "<b>2</b>" in html
    assert 'the <a href="/events/second/">call of 25 November 2025</a>' in html
    assert "3: two calls, one meeting" in html
    assert "27 days, 29 October to 24 November 2025" in html
    assert "2 days before today" in html
    assert ">28 days</text>" in html
    assert '<a href="/events/first/">25 October 2025</a>' in html
    assert '<a href="/between/JP/US/">Japan and the United States</a>' in html


def test_it_counts_contacts_of_the_dossiers(client: Client, bundled: None) -> None:
    html = get(client, PAIR)
    assert f"{contacts_by_hand(TAKAICHI, TRUMP)}: three calls, two meetings" in html
    assert slugs(html) == slugs(get(client, f"/?leader={TRUMP}&leader={TAKAICHI}&match=all"))
    countries = get(client, "/between/JP/US/")
    assert f'<a href="{PAIR}">Takaichi and Trump</a> <span class="quiet">5</span>' in countries
    assert slugs(countries) == slugs(get(client, "/?country=JP&country=US&match=all"))


def test_it_says_that_there_was_no_contact(client: Client, bundled: None) -> None:
    html = get(client, f"/between/li-qiang/{TAKAICHI}/")
    assert "No contact between the two is recorded." in html
    assert "Never counted: two meetings did not take place." in html
    assert 'class="since"' not in html
    assert 'class="c c--not"' in html
    nothing = get(client, "/between/FR/IS/")
    assert "No contact between the two is recorded. No entries yet." in nothing
    assert 'class="multi"' not in nothing


def test_it_never_counts_a_crowd_or_a_plan(client: Client, db: None) -> None:
    cast()
    publish(
        meeting("crowd", "2025-11-01", format="multilateral"),
        meeting("plan", "2199-04-01", occurrence="planned"),
        meeting("real", "2025-11-02"),
    )
    html = get(client, f"/between/{TAKAICHI}/{XI}/")
    assert "1: one meeting" in html
    assert "They speak: plan</a>, 1 April 2199" in html
    assert '<svg class="ch"' in html
    assert "Meetings per year: 2025: 1; 2199: 0, and 1 that did not take place or not yet" in html
    assert set(slugs(html)) == {"crowd", "plan", "real"}


@pytest.mark.usefixtures("_today")
def test_it_draws_a_century(client: Client, db: None) -> None:
    cast()
    publish(call("old", "1925-10-25"), call("middle", "1975"), call("new", "2025-11-25"))
    html = get(client, PAIR)
    assert "Calls per year: 1925: 1; 1975: 1; 2025: 1" in html
    assert html.count('class="ch"') == 4
    years = re.findall(r"<text[^>]*>(\d{4})</text>", html[html.index('class="multi"') : html.index('id="h-tl"')])
    assert years[:5] == ["1940", "1960", "1980", "2000", "2025"]


@pytest.mark.usefixtures("_today")
def test_it_lists_the_longest_silences(client: Client, db: None) -> None:
    cast()
    days = [
        "2025-01-01",
        "2025-02-01",
        "2025-02-10",
        "2025-04-01",
        "2025-04-20",
        "2025-05-20",
        "2025-07-20",
        "2025-08-20",
    ]
    publish(*(call(f"c-{day}", day) for day in days))
    html = get(client, PAIR)
    listed = re.findall(r"<li><b>(\d+) days</b> <span>([^<]*)</span>", html)
    assert [int(number) for number, _words in listed] == [60, 49, 30, 30, 29]
    assert listed[0][1] == "21 May to 19 July 2025"
    assert "1 shorter one is not listed." in html


@pytest.mark.usefixtures("_today")
def test_it_groups_days_by_the_thousand_and_stacks_them(client: Client, db: None) -> None:
    cast()
    publish(call("old", "1990-10-25"))
    html = get(client, PAIR)
    assert 'class="since since--long"' in html
    assert "<b>12,817</b>" in html


def test_it_draws_what_does_not_fit_as_bars(client: Client, db: None) -> None:
    cast()
    publish(*(call(f"c-{n}", f"2025-06-{n % 10 + 1:02}") for n in range(20)))
    html = get(client, f"{PAIR}?since=2026")
    assert "One mark, one entry" not in html
    assert html.count('<rect class="c') < 10
    assert "Calls per year: 2025: 20" in html
    assert "Only the last 8 contacts are drawn." in html


def test_it_stands_for_leaders_of_one_country(client: Client, db: None) -> None:
    cast()
    leader("second", "A Second", "JP")
    publish(statement(participants=[person(TAKAICHI, "speaker"), person("second", "addressee")]))
    html = get(client, f"/between/{TAKAICHI}/second/")
    assert "No contact between the two is recorded." in html
    assert "Their countries" not in html
    assert slugs(html) == ["statement"]


def test_it_tells_nothing_of_drafts(client: Client, db: None) -> None:
    cast()
    someone = leader("someone", "Some One", "FR")
    with record.writing():
        someone.posts.all().delete()
    spoke_for = [(State.DRAFT, "AL"), (State.PUBLISHED, "DE"), (State.PUBLISHED, "IS"), (State.DRAFT, "PW")]
    for number, (state, code) in enumerate(spoke_for):
        with_trump = [person("someone", country=code), person(TRUMP)]
        write(call(f"c-{number}", f"2025-11-0{number + 1}", participants=with_trump), state=state)
    badge = re.compile(r'<abbr class="cc" title="[^"]*">(\w\w)</abbr></p>')
    assert badge.findall(get(client, f"/between/{TRUMP}/someone/")) == ["IS"]
    assert badge.findall(get(client, "/leaders/someone/")) == ["IS"]
    offered = re.compile(r'<option value="(\w+)"')
    assert set(offered.findall(get(client, "/between/DE/US/"))) == {"DE", "IS", "US"}
    # Both that the page is about stand there in any case, so that each list shows its own.
    assert set(offered.findall(get(client, "/between/JP/PW/"))) == {"DE", "IS", "US", "JP", "PW"}


def test_it_leads_to_another_pair(client: Client, bundled: None) -> None:
    response = client.get("/between/FR/IS/?a=US&b=CN")
    assert (response.status_code, response["Location"]) == (302, "/between/CN/US/")
    for query in ("a=US&b=US", "a=US", "a=QQ&b=US"):
        assert client.get(f"/between/FR/IS/?{query}").status_code == 200


def test_it_asks_a_constant_number_of_queries(client: Client, bundled: None) -> None:
    addresses = (PAIR, "/between/JP/US/?kind=call")
    few = [queries(client, address) for address in addresses]
    source = Source.objects.order_by("pk")[0].slug
    publish(*(call(f"c-{n}", f"2025-11-{n + 1:02}", citations=[{"source": source}]) for n in range(8)))
    for address, before in zip(addresses, few, strict=True):
        assert queries(client, address) <= before, address
