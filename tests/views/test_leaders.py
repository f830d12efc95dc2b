"""Leaders: the list of all of them, and one leader's page."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import pytest
from django.test import Client

from tests.builders import (
    TAKAICHI,
    TRUMP,
    XI,
    bundled_events,
    call,
    cast,
    leader,
    meeting,
    person,
    publish,
    statement,
)
from tests.views.asked import queries
from tests.views.test_timeline import slugs
from timeline import lanes, record
from timeline.contact import Meeting
from timeline.models import Kind, Leader, Post, Source

TODAY = datetime(2025, 11, 27, 9, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def _today() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: TODAY)
        yield


def get(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def rows(html: str) -> dict[str, int]:
    """The counterparts of a page with the number of their contacts."""
    found = re.findall(r'<a href="/between/[^"]*"><bdi>([^<]*)</bdi></a>.*?<td class="num">(\d+)</td>', html, re.S)
    return {name: int(number) for name, number in found}


def people(*slugs_: str) -> list[dict[str, str]]:
    return [person(slug) for slug in slugs_]


def contacts_by_hand(one: str, other: str) -> int:
    """What the dossiers' files hold: meetings and calls of both that took place, but for multilateral ones."""
    return sum(
        event["kind"] in ("meeting", "call")
        and event["occurrence"] == "took_place"
        and event.get("format") != "multilateral"
        and {one, other} <= {part.get("leader") for part in event["participants"] if part["role"] != "addressee"}
        for event in bundled_events()
    )


# All of them ---------------------------------------------------------------------------------------------


def test_it_lists_everyone_by_country(client: Client, bundled: None) -> None:
    html = get(client, "/leaders/")
    assert "33 leaders" in html
    assert Leader.objects.count() == 33
    headings = re.findall(r'<h2 id="h-([A-Z]+)">', html)
    assert headings == ["CN", "JP", "KP", "KR", "TW", "US"]
    assert '<i class="native" dir="auto" lang="ja">高市早苗</i>' in html


@pytest.mark.parametrize("words", ["TAKAICHI", "takaíchi", "高市", "takaichi sanae", " Sanae  takaichi "])
def test_it_finds_a_name_in_any_spelling(client: Client, bundled: None, words: str) -> None:
    html = get(client, f"/leaders/?q={quote(words)}")
    assert re.findall(r'<th scope="row"><a href="([^"]*)"', html) == ["/leaders/sanae-takaichi/"]
    assert "<strong>1 leader</strong> has a name with" in html


def test_it_finds_other_names_and_hyphens(client: Client, bundled: None) -> None:
    assert "/leaders/donald-trump/" in get(client, f"/leaders/?q={quote('トランプ')}")
    assert "/leaders/lee-jae-myung/" in get(client, "/leaders/?q=lee+jae+myung")


def test_it_says_that_nobody_has_such_a_name(client: Client, bundled: None) -> None:
    html = get(client, f"/leaders/?q={quote('<b>nobody')}")
    assert "<strong>No leader</strong> has a name with “&lt;b&gt;nobody” in it." in html
    assert 'href="/leaders/">Show all leaders' in html


def test_it_says_that_no_leader_is_recorded(client: Client, db: None) -> None:
    assert "No leader is recorded yet." in get(client, "/leaders/")


# One of them ---------------------------------------------------------------------------------------------


def test_it_counts_contacts_by_counterpart(client: Client, bundled: None) -> None:
    shown = rows(get(client, "/leaders/sanae-takaichi/"))
    assert shown == {
        "Donald Trump": contacts_by_hand(TAKAICHI, TRUMP),
        "Lee Jae-myung": contacts_by_hand(TAKAICHI, "lee-jae-myung"),
        "Lin Hsin-i": contacts_by_hand(TAKAICHI, "lin-hsin-i"),
        "Xi Jinping": contacts_by_hand(TAKAICHI, XI),
        "Li Qiang": 0,
    }
    assert contacts_by_hand(TAKAICHI, TRUMP) == 5


def test_it_shows_the_head_of_the_mock(client: Client, bundled: None) -> None:
    html = get(client, "/leaders/sanae-takaichi/")
    assert '<h1><bdi>Sanae Takaichi</bdi> <span class="ja" dir="auto" lang="ja">高市早苗</span></h1>' in html
    assert '<abbr class="cc" title="Japan">JP</abbr>' in html
    assert "Prime Minister of Japan. 25 entries: 10 contacts that took place" in html
    assert "since 21 Oct 2025" in html
    assert "two meetings did not take place" in html


def test_it_counts_the_days_since_the_last_contact(client: Client, db: None) -> None:
    cast()
    publish(call(date="2025-10-25"), call("later", "2025-11-25"))
    html = get(client, "/leaders/sanae-takaichi/")
    assert "<b>2</b>" in html
    assert 'the <a href="/events/later/">call of 25 November 2025</a>' in html
    assert "Counted on Thursday 27 November 2025." in html
    assert "Tue 25 Nov 2025" in html
    assert "call, 2 days ago" in html
    assert 'aria-label="Call on 25 October 2025, call on 25 November 2025"' in html


def test_it_counts_no_days_from_a_vague_date(client: Client, db: None) -> None:
    cast()
    publish(call(date="2025-10"))
    html = get(client, "/leaders/sanae-takaichi/")
    assert 'class="since"' not in html
    assert "its date is not known closely enough" in html


def test_it_has_a_timeline_of_its_own(client: Client, bundled: None) -> None:
    html = get(client, "/leaders/sanae-takaichi/")
    by_filter = get(client, "/?leader=sanae-takaichi")
    assert slugs(html) == slugs(by_filter)
    oldest = slugs(get(client, "/leaders/sanae-takaichi/?order=oldest"))
    assert oldest[0] == "takaichi-policy-speech-2025-10-24"
    calls = get(client, "/leaders/sanae-takaichi/?kind=call")
    assert len(slugs(calls)) == 3
    assert 'href="/leaders/sanae-takaichi/?kind=call#h-tl" aria-current="true"' in calls
    assert '<data value="25">25</data>' in calls
    assert 'href="/?kind=call&amp;leader=sanae-takaichi">All filters' in calls
    assert 'href="/timeline.csv?kind=call&amp;leader=sanae-takaichi"' in calls


def test_it_reads_only_what_is_its_own(client: Client, bundled: None) -> None:
    html = get(client, "/leaders/sanae-takaichi/?leader=xi-jinping&country=CN&q=nothing&kind=party")
    assert slugs(html) == slugs(get(client, "/leaders/sanae-takaichi/"))
    assert "<code>kind=party</code>" in html


def test_it_loads_earlier_entries_on_the_same_page(
    client: Client, bundled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("timeline.paging.PAGE", 5)
    html = get(client, f"/leaders/{TAKAICHI}/")
    page = re.search(r'<a class="btn btn--line" href="(/leaders/[^"]*after=[^"]*)" hx-get="(/entries/[^"]*)"', html)
    assert page
    assert f"leader={TAKAICHI}" in page[2]
    second = slugs(get(client, page[1].replace("&amp;", "&")))
    assert second == slugs(get(client, page[2].replace("&amp;", "&")))
    assert not set(second) & set(slugs(html))


def leaders(number: int) -> None:
    """So many of France."""
    with record.writing():
        for n in range(number):
            leader = Leader.objects.create(slug=f"person-{n}", name=f"Person {n}", family_name=f"{n}")
            Post.objects.create(leader=leader, country_id="FR", title="Prime Minister")


def record_many(number: int) -> None:
    """So many calls in six days."""
    source = Source.objects.order_by("pk")[0].slug
    leader("emmanuel-macron", "Emmanuel Macron", "FR", title="President")
    publish(
        *(
            call(
                f"many-{number}",
                f"2025-11-{number % 6 + 1:02}",
                participants=people(TAKAICHI, "emmanuel-macron"),
                citations=[{"source": source}],
            )
            for number in range(number)
        )
    )


def test_it_draws_a_hundred_and_twenty_contacts_as_fewer_strokes() -> None:
    days = [date(2025, 7, 1) + timedelta(number) for number in range(120)]
    contacts = [Meeting(number, Kind.CALL, day, day, number) for number, day in enumerate(days)]
    lane = lanes.draw(lanes.Axis(date(2025, 6, 1), TODAY.date()), contacts)
    assert lane.label == "120 contacts from 1 July 2025 to 28 October 2025"
    assert 0 < len(lane.strokes) <= 100
    assert not lane.marks


def test_it_folds_away_the_many_of_fifteen_counterparts(client: Client, db: None) -> None:
    cast()
    leaders(15)
    publish(*(call(f"c-{n}", f"2025-11-{n + 1:02}", participants=people(TAKAICHI, f"person-{n}")) for n in range(15)))
    address = f"/leaders/{TAKAICHI}/?kind=meeting"
    assert queries(client, address) < 25
    first, folded = get(client, address).split('<details class="people__more">')
    assert len(rows(first)) == 12
    assert len(rows(folded)) == 3
    assert "3 more counterparts" in folded


def test_it_takes_a_crowd_for_no_contact(client: Client, db: None) -> None:
    cast()
    leaders(12)
    others = [f"person-{number}" for number in range(12)]
    publish(
        meeting("crowd", format="multilateral", participants=people(TAKAICHI, XI, *others)),
        meeting("large", format="summit", participants=people(TRUMP, *others)),
    )
    html = get(client, f"/leaders/{TAKAICHI}/")
    assert rows(html) == {}
    assert "One entry: one multilateral meeting." in html
    assert "No contact of Sanae Takaichi with anyone is recorded." in html
    assert rows(get(client, f"/leaders/{TRUMP}/")) == {f"Person {number}": 1 for number in range(12)}


def test_it_says_that_a_leader_had_no_contact_at_all(client: Client, db: None) -> None:
    cast()
    publish(statement())
    html = get(client, f"/leaders/{TAKAICHI}/")
    assert "One entry: one statement." in html
    assert 'id="h-since"' not in html
    assert "No contact of Sanae Takaichi with anyone is recorded." in html
    assert slugs(html) == ["statement"]


def test_it_stands_without_a_post_and_without_entries(client: Client, db: None) -> None:
    cast()
    with record.writing():
        Leader(slug="envoy", name="An Envoy", family_name="Envoy").save()
    html = get(client, "/leaders/envoy/")
    assert "No entries yet." in html
    assert "not recorded" in html
    publish(call(participants=[person(TAKAICHI), person("envoy", country="US")]))
    html = get(client, "/leaders/envoy/")
    assert '<abbr class="cc" title="United States">US</abbr>' in html
    assert rows(html) == {"Sanae Takaichi": 1}
    assert "An Envoy" in get(client, "/leaders/")


def test_it_names_two_posts_in_different_countries(client: Client, db: None) -> None:
    cast()
    made = leader("two-posts", "Two Posts", "JP", since="1990", until="1995")
    with record.writing():
        Post(leader=made, title="Commissioner", country_id="EU", since="2019-12-01").save()
    html = get(client, "/leaders/two-posts/")
    assert '<abbr class="cc" title="European Union">EU</abbr>' in html
    assert "1990 to 1995" in html
    assert "since 1 Dec 2019" in html
    assert "No entries yet." in html


def test_it_names_a_delegation_by_its_country(client: Client, db: None) -> None:
    cast()
    publish(call(participants=[person(TAKAICHI), {"country": "US", "title": "Envoys", "role": "principal"}]))
    html = get(client, f"/leaders/{TAKAICHI}/")
    assert '<a href="/countries/US/"><bdi>United States</bdi></a>' in html
    assert "a delegation without a named leader" in html


def test_it_shows_a_plan_without_counting_it(client: Client, db: None) -> None:
    cast()
    publish(
        meeting("plan", "2026-04", occurrence="planned"),
        meeting("not", "2025-11-20", occurrence="did_not_take_place"),
        call(date="2025-11-01", participants=people(TAKAICHI, XI)),
    )
    html = get(client, f"/leaders/{TAKAICHI}/")
    assert rows(html) == {"Xi Jinping": 1}
    assert "one meeting did not take place, one meeting planned" in html
    assert '<use class="not" href="#mk-meeting"' in html


def test_it_keeps_right_to_left_names_apart(client: Client, db: None) -> None:
    cast()
    with record.writing():
        made = Leader(
            slug="mohammed-bin-salman",
            name="Mohammed bin Salman bin Abdulaziz Al Saud of the House of Saud, Crown Prince and Prime Minister",
            family_name="bin Salman",
            native_name="محمد بن سلمان",
            native_language="ar",
        )
        made.save()
        Post(leader=made, title="Prime Minister", country_id="SA").save()
    html = get(client, "/leaders/mohammed-bin-salman/")
    assert '<span class="ja" dir="auto" lang="ar">محمد بن سلمان</span>' in html
    assert "/leaders/mohammed-bin-salman/" in get(client, f"/leaders/?q={quote('سلمان')}")


def test_it_knows_no_other_leader(client: Client, db: None) -> None:
    assert client.get("/leaders/nobody/").status_code == 404
    assert client.post("/leaders/").status_code == 405


def test_it_has_no_style_and_no_inline_script(client: Client, bundled: None) -> None:
    for address in ("/leaders/", f"/leaders/{TAKAICHI}/", "/countries/", "/countries/JP/", "/between/JP/US/"):
        html = get(client, address)
        assert " style=" not in html
        assert not re.search(r"<script(?![^>]* src=)", html)
        assert html.count("<h1") == 1


def test_it_lists_leaders_with_a_constant_number_of_queries(client: Client, bundled: None) -> None:
    few = queries(client, "/leaders/")
    leaders(6)
    assert queries(client, "/leaders/") == few
    assert "Person 5" in get(client, "/leaders/")


def test_it_asks_a_constant_number_of_queries(client: Client, bundled: None) -> None:
    address = f"/leaders/{TAKAICHI}/?kind=call&since=2025-11"
    few = queries(client, address)
    record_many(12)
    html = get(client, address)
    assert queries(client, address) <= few
    assert "/events/many-11/" in html
    assert rows(html)["Emmanuel Macron"] == 12
    assert 'aria-label="12 contacts from 1 November 2025 to 6 November 2025"' in html
    assert 0 < html.count('class="st"') <= 6
