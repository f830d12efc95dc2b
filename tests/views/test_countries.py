"""Countries: all that appear in the record, and one country's page."""

import re

import pytest
from django.test import Client

from tests.builders import TAKAICHI, bundled_events, call, cast, leader, meeting, person, publish
from tests.views.asked import queries
from tests.views.test_leaders import leaders
from tests.views.test_timeline import get, slugs
from timeline.models import Contact


def table(html: str) -> dict[str, tuple[int, int]]:
    """Each country's leaders and entries."""
    found = re.findall(
        r'<a href="/countries/([A-Z]+)/">[^<]*</a></th>\s*<td class="num num--s">(\d+).*?<td class="num">(\d+)',
        html,
        re.S,
    )
    return {code: (int(leaders), int(entries)) for code, leaders, entries in found}


def test_it_counts_leaders_and_entries(client: Client, bundled: None) -> None:
    entries: dict[str, set[str]] = {}
    leaders: dict[str, set[str]] = {}
    posts = {"donald-trump": "US", TAKAICHI: "JP", "xi-jinping": "CN", "kim-jong-un": "KP"}
    for event in bundled_events():
        for one in event["participants"]:
            code = one.get("country") or posts.get(one.get("leader"))
            if code:
                entries.setdefault(code, set()).add(event["id"])
                leaders.setdefault(code, set()).add(one.get("leader") or "")
    shown = table(get(client, "/countries/"))
    assert {code: counts[1] for code, counts in shown.items()} == {code: len(some) for code, some in entries.items()}
    assert shown["JP"][0] == len(leaders["JP"] - {""})


def test_it_says_that_no_country_is_recorded(client: Client, db: None) -> None:
    assert "No country is recorded yet." in get(client, "/countries/")


def test_it_shows_a_country(client: Client, bundled: None) -> None:
    html = get(client, "/countries/JP/")
    assert "<h1>Japan</h1>" in html
    assert "47 entries: 21 contacts that took place" in html
    assert '<a href="/leaders/sanae-takaichi/"><bdi>Sanae Takaichi</bdi></a>' in html
    found = re.findall(r'<a href="/between/([^"]*)/"><bdi>[^<]*</bdi></a>.*?<td class="num">(\d+)</td>', html, re.S)
    expected = Contact.objects.filter(country_a="JP", country_b="US").values("event").distinct().count()
    assert ("JP/US", str(expected)) in found
    assert slugs(html) == slugs(get(client, "/?country=JP"))


@pytest.mark.parametrize("code", ["jp", "Jp"])
def test_it_redirects_lower_case(client: Client, bundled: None, code: str) -> None:
    response = client.get(f"/countries/{code}/?kind=call")
    assert (response.status_code, response["Location"]) == (301, "/countries/JP/?kind=call")


@pytest.mark.parametrize("code", ["QQ", "qq", "japan-and-more"])
def test_it_knows_no_other_country(client: Client, bundled: None, code: str) -> None:
    assert client.get(f"/countries/{code}/").status_code == 404


def test_it_says_what_is_not_recorded_of_a_country(client: Client, db: None) -> None:
    html = get(client, "/countries/IS/")
    assert "No leader of this country is recorded." in html
    assert "No contact of Iceland with another country is recorded." in html
    assert "No entries yet." in html


def test_it_folds_away_many_leaders(client: Client, db: None) -> None:
    leaders(20)
    html = get(client, "/countries/FR/")
    assert html.split("people__more")[0].count('<th scope="row">') == 12
    assert "8 more leaders" in html


def test_it_counts_an_event_of_many_once(client: Client, db: None) -> None:
    cast()
    leader("second", country="JP")
    publish(meeting(participants=[person(TAKAICHI), person("second"), person("xi-jinping")]))
    html = get(client, "/countries/CN/")
    assert re.search(r'href="/between/CN/JP/">.*?<td class="num">1</td>', html, re.S)


def test_it_asks_a_constant_number_of_queries(client: Client, bundled: None) -> None:
    few = queries(client, "/countries/JP/")
    for number in range(6):
        leader(f"person-{number}", country=["FR", "DE", "IT", "ES"][number % 4])
    source = bundled_events()[0]["citations"][0]["source"]
    publish(
        *(
            call(
                f"c-{n}",
                f"2025-11-{n + 1:02}",
                participants=[person(TAKAICHI), person(f"person-{n}")],
                citations=[{"source": source}],
            )
            for n in range(6)
        )
    )
    assert "/between/FR/JP/" in get(client, "/countries/JP/")
    assert queries(client, "/countries/JP/") <= few
