"""The list of topics, and the page of one."""

import re
from collections import Counter

import pytest
from django.test import Client

from tests import builders
from tests.views.asked import queries
from timeline import paging, record
from timeline.models import Event, Participation, Source, State, Topic
from timeline.position import thread_of

pytestmark = pytest.mark.usefixtures("bundled")


def get(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def listed(html: str) -> dict[str, int]:
    """Slug and number of entries of each row."""
    rows = re.findall(r'<a href="/topics/([\w-]+)/">[^<]*</a>.*?<td class="num">(\d+)<', html, re.DOTALL)
    return {slug: int(count) for slug, count in rows}


def slugs(html: str) -> list[str]:
    return re.findall(r'<li class="(?:en|say)[^"]*" id="e-([a-z0-9-]+)"', html)


def add_copies(number: int) -> None:
    whole = record.of(Event.objects.get(slug="takaichi-trump-call-2025-11-25"))
    with record.writing() as writer:
        for copy in range(number):
            date = f"{2024 + copy % 2}-{copy % 12 + 1:02}-{copy % 28 + 1:02}"
            more = {"id": f"copy-{copy}", "date": date, "links": [], "topics": ["taiwan", "g20"]}
            writer.write({**whole, **more}, state=State.PUBLISHED)


# All topics ------------------------------------------------------------------------------------------------


def test_it_lists_each_topic_with_its_entries(client: Client) -> None:
    expected = {topic.slug: topic.events.filter(state="published").count() for topic in Topic.objects.all()}
    found = listed(get(client, "/topics/"))
    assert found == expected
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_it_names_the_first_and_the_last_month(client: Client) -> None:
    html = get(client, "/topics/")
    assert re.search(r">Japan–China relations</a> <span>October 2025 to March 2026</span>", html)
    assert re.search(r">G20</a> <span>November 2025</span>", html)


def test_it_names_the_most_frequent_leaders(client: Client) -> None:
    html = get(client, "/topics/")
    for topic in Topic.objects.filter(slug__in=("taiwan", "g20", "japan-korea-relations", "travel-seafood")):
        counts = Counter(
            one.leader.name
            for event in topic.events.filter(state="published").prefetch_related("participations__leader")
            for one in event.participations.all()
            if one.leader
        )
        expected = sorted(counts, key=lambda name: (-counts[name], name))[:3]
        row = html[html.index(f'href="/topics/{topic.slug}/"') :]
        assert re.findall(r'href="/leaders/[\w-]+/">([^<]*)<', row[: row.index("</tr>")]) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("TAIWAN", {"taiwan"}),
        ("tâiwan", {"taiwan"}),
        ("us-china", {"us-china-trade"}),
        ("korea japan", {"trilateral", "japan-korea-relations"}),
        ("zebra", set()),
    ],
)
def test_it_finds_topics_by_words_of_their_names(client: Client, words: str, expected: set[str]) -> None:
    html = get(client, f"/topics/?q={words}")
    assert set(listed(html)) == expected
    assert ("No topic of this name" in html) == (not expected)


def test_it_escapes_what_a_reader_typed(client: Client) -> None:
    html = get(client, "/topics/?q=%3Cscript%3Ealert(1)%00")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_it_redirects_an_empty_field_to_the_short_address(client: Client) -> None:
    response = client.get("/topics/?q=+")
    assert (response.status_code, response["Location"]) == (302, "/topics/")


def test_it_leaves_out_the_topic_of_a_draft(client: Client) -> None:
    builders.topic("secret", "A secret matter")
    row = {**record.of(Event.objects.get(slug="takaichi-trump-call-2025-11-25")), "id": "a-draft", "topics": ["secret"]}
    builders.write(row, state=State.DRAFT)
    assert "A secret matter" not in get(client, "/topics/")
    assert client.get("/topics/secret/").status_code == 404


def test_it_draws_a_long_time_by_the_year(client: Client) -> None:
    row = {**record.of(Event.objects.get(slug="takaichi-trump-call-2025-11-25")), "links": []}
    for one in row["participants"]:
        one["country"] = one["country"] or "US"
    builders.publish({**row, "id": "long-ago", "date": "1925-10-25"}, {**row, "id": "in-a-year", "date": "1980"})
    html = get(client, "/topics/?q=us+alliance")
    assert "October 1925 to March 2026" in html
    bars = re.findall(r'<rect x="([\d.]+)%" y="\d+" width="([\d.]+)%"', html)
    assert len(bars) == 4
    assert all(0 <= float(x) <= 100 for x, _width in bars)


# One topic -------------------------------------------------------------------------------------------------


def test_it_counts_what_took_place_and_what_did_not(client: Client) -> None:
    html = get(client, "/topics/japan-china-relations/")
    events = Topic.objects.get(slug="japan-china-relations").events.filter(state="published")
    took_place = events.filter(occurrence="took_place").count()
    assert f"{events.count()} entries. {took_place} took place, " in html
    assert "1 entry. It took place." in get(client, "/topics/travel-seafood/")


def test_it_names_who_speaks_about_it_and_for_which_country(client: Client) -> None:
    html = get(client, "/topics/taiwan/")
    who = html[html.index('id="h-who"') : html.index('id="h-tl"')]
    rows = re.findall(
        r'title="([^"]*)">([A-Z]+)</abbr> <a href="/leaders/([\w-]+)/".*?class="num">(\d+)<', who, re.DOTALL
    )
    people = Participation.objects.filter(event__state="published", event__taggings__topic__slug="taiwan")
    assert rows[0][:3] == ("Japan", "JP", "sanae-takaichi")
    for _country, _code, slug, count in rows:
        assert int(count) == people.filter(leader__slug=slug).exclude(role="addressee").count()
    japan = people.filter(country="JP").values("event").distinct().count()
    countries = html[html.index("shelf-countries") : html.index("</aside>")]
    assert f'<a href="/countries/JP/">Japan</a> <data value="{japan}">' in countries


def test_it_shows_its_own_timeline_over_its_pages(client: Client) -> None:
    address, seen = "/topics/taiwan/", []
    while address:
        html = get(client, address)
        seen += slugs(html)
        following = re.search(r'<a class="btn btn--line" href="(/topics/taiwan/\?[^"]*after=[^"]*)"', html)
        address = following[1].replace("&amp;", "&") if following else ""
    expected = Event.objects.published().filter(taggings__topic__slug="taiwan").values_list("slug", flat=True)
    assert len(seen) == len(set(seen))
    assert set(seen) == set(expected)


def test_it_merges_its_own_query_string(client: Client) -> None:
    html = get(client, "/topics/taiwan/?kind=call&order=oldest&country=KR&topic=g20")
    expected = Event.objects.published().filter(taggings__topic__slug="taiwan", kind="call").oldest_first()
    assert slugs(html) == [event.slug for event in expected]
    assert 'href="/topics/taiwan/?kind=call#h-tl">Newest first' in html
    assert 'class="ignored"' not in html


def test_it_names_the_nonsense_it_ignores(client: Client) -> None:
    html = get(client, "/topics/taiwan/?kind=party&after=!")
    ignored = html[html.index('class="ignored"') :]
    assert "<code>kind=party</code>" in ignored
    assert "<code>after=!</code>" in ignored


def test_it_says_why_its_timeline_shows_nothing(client: Client) -> None:
    builders.topic("quiet", "Quiet")
    source = Source.objects.order_by("pk")[0].slug
    builders.publish(builders.call("only", topics=["quiet"], citations=[{"source": source}]))
    none = get(client, "/topics/quiet/?kind=meeting")
    assert "No entries of this kind are recorded." in none
    assert '<a href="/topics/quiet/#h-tl">Show all kinds</a>' in none
    cursor = paging.write_cursor(thread_of(builders.event("only").position))
    for beyond in (f"?after={cursor}", f"?before={cursor}"):
        html = get(client, f"/topics/quiet/{beyond}")
        assert "There is nothing further in this direction." in html
        assert '<a href="/topics/quiet/#h-tl">Back to the first entries of this view</a>' in html


def test_it_keeps_the_address_of_a_topic_whose_entries_were_withdrawn(client: Client) -> None:
    with record.writing() as writer:
        for event in Event.objects.published().filter(taggings__topic__slug="travel-seafood"):
            writer.withdraw(event, "For the test.")
    assert "No published entry is on this topic any more" in get(client, "/topics/travel-seafood/")


def test_it_knows_no_such_topic(client: Client) -> None:
    assert client.get("/topics/nothing/").status_code == 404


def test_it_sets_no_cookie_and_no_style(client: Client) -> None:
    for address in ("/topics/", "/topics/taiwan/"):
        response = client.get(address)
        assert not response.cookies
        assert " style=" not in response.content.decode()
        assert client.post(address).status_code == 405


def test_it_asks_a_constant_number_of_queries(client: Client) -> None:
    addresses = ("/topics/", "/topics/taiwan/?kind=call")
    few = [queries(client, address) for address in addresses]
    add_copies(6)
    for address, before in zip(addresses, few, strict=True):
        assert queries(client, address) <= before <= 20, address
