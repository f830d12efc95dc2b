"""The timeline as a reader without scripts sees it."""

import json
import re
from urllib.parse import quote

import pytest
from django.test import Client

from tests.views.asked import queries
from timeline import record
from timeline.ingest import dossier
from timeline.models import Event, Leader, State

pytestmark = pytest.mark.usefixtures("bundled")


def slugs(html: str) -> list[str]:
    """The entries of a page in their order."""
    return re.findall(r'<li class="(?:en|say)[^"]*" id="e-([a-z0-9-]+)"', html)


def get(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_it_shows_every_entry_once_over_its_pages(client: Client) -> None:
    address, seen = "/", []
    while address:
        html = get(client, address)
        seen += slugs(html)
        following = re.search(r'<a class="btn btn--line" href="(/\?[^"]*after=[^"]*)"', html)
        address = f"{following[1].replace('&amp;', '&')}" if following else ""
    assert len(seen) == 72
    assert set(seen) == set(Event.objects.values_list("slug", flat=True))


def test_it_gives_the_same_entries_as_parts(client: Client) -> None:
    page = get(client, "/")
    part = re.search(r'hx-get="(/entries/\?[^"]*)"', page)
    assert part
    following = get(client, part[1].replace("&amp;", "&"))
    assert "<html" not in following
    assert following.count('id="earlier"') == 1
    assert not set(slugs(page)) & set(slugs(following))


def test_it_leaves_out_the_heading_of_a_month_that_goes_on(client: Client) -> None:
    page = get(client, "/?since=2025-10&until=2025-12")
    last = re.findall(r'<h2 class="month" id="(m-[0-9-]+)"', page)[-1]
    part = re.search(r'hx-get="(/entries/\?[^"]*)"', page)
    assert part
    following = get(client, part[1].replace("&amp;", "&"))
    assert f'aria-labelledby="{last}"' in following
    assert f'id="{last}"' not in following


def test_it_filters_calls_with_one_leader(client: Client) -> None:
    expected = {
        event["id"]
        for path in dossier.bundled()
        for event in json.loads(path.read_text())["events"]
        if event["kind"] == "call" and "donald-trump" in {one.get("leader") for one in event["participants"]}
    }
    html = get(client, "/?kind=call&leader=donald-trump")
    assert set(slugs(html)) == expected
    assert f"<strong>{len(expected)} calls</strong> with Donald Trump" in html


def test_it_shows_what_did_not_take_place(client: Client) -> None:
    html = get(client, "/?occurrence=did_not_take_place")
    assert len(slugs(html)) == 4
    assert html.count('<span class="not">did not take place</span>') == 4


def test_it_hangs_a_statement_from_its_event(client: Client) -> None:
    html = get(client, "/?since=2025-11-24&until=2025-11-25")
    call = html.index('id="e-takaichi-trump-call-2025-11-25"')
    statement = html.index('<li class="say" id="e-takaichi-reporters-2025-11-25"')
    other_call = html.index('id="e-trump-xi-call-2025-11-24"')
    assert call < statement < other_call


def test_it_lets_a_statement_stand_alone_where_its_event_does_not_match(client: Client) -> None:
    html = get(client, "/?kind=statement&since=2025-11-25&until=2025-11-25")
    assert '<li class="en" id="e-takaichi-reporters-2025-11-25"' in html
    assert "e-takaichi-trump-call-2025-11-25" not in html


def test_it_shows_the_post_held_that_day(client: Client) -> None:
    html = get(client, "/?kind=call&since=2025-11-25&until=2025-11-25")
    assert "Sanae Takaichi</a>, Prime Minister<span" in html
    assert "Donald Trump</a>, President<span" in html


def test_it_has_a_chip_that_takes_each_value_away(client: Client) -> None:
    html = get(client, "/?country=JP&country=CN&since=2025-11&q=taiwan")
    chips = html[html.index('id="chips"') : html.index('id="tools"')]
    assert re.findall(r'<a class="chip" href="([^"]*)"', chips) == [
        "?country=CN&amp;country=JP&amp;since=2025-11",
        "?q=taiwan&amp;country=JP&amp;since=2025-11",
        "?q=taiwan&amp;country=CN&amp;since=2025-11",
        "?q=taiwan&amp;country=CN&amp;country=JP",
    ]


def test_it_asks_for_all_of_the_countries(client: Client) -> None:
    any_of = get(client, "/?country=JP&country=KR&kind=meeting")
    all_of = get(client, "/?country=JP&country=KR&kind=meeting&match=all")
    assert "involving Japan or South Korea" in any_of
    assert "involving Japan and South Korea" in all_of
    assert set(slugs(all_of)) < set(slugs(any_of))


def test_it_counts_each_facet_under_the_other_filters(client: Client) -> None:
    html = get(client, "/?kind=call&country=JP")
    counts = dict(re.findall(r'value="([a-z]+)" id="f-kind-.*?<data class="n" value="(\d+)"', html))
    taking_part = Event.objects.filter(participations__country="JP").distinct()
    assert counts == {kind: str(taking_part.filter(kind=kind).count()) for kind in ("meeting", "call", "statement")}


def test_it_names_the_nonsense_it_ignores(client: Client) -> None:
    html = get(client, "/?kind=party&country=XX&since=tomorrow&leader=nobody&after=%00&order=up&utm_source=x")
    ignored = html[html.index('class="ignored"') : html.index('id="chips"')]
    for name in ("kind=party", "country=XX", "since=tomorrow", "leader=nobody", "order=up", "after="):
        assert f"<code>{name}" in ignored
    assert "utm_source" not in ignored
    assert len(slugs(html)) == 30


def test_it_redirects_a_form_with_empty_fields_to_the_short_address(client: Client) -> None:
    response = client.get("/?q=&kind=call&since=&until=&match=any")
    assert response.status_code == 302
    assert response["Location"] == "/?kind=call"


def test_it_says_what_dropping_each_filter_would_give(client: Client) -> None:
    html = get(client, "/?kind=call&leader=lai-ching-te")
    assert "<strong>No calls</strong> with Lai Ching-te" in html
    assert re.search(r'<a href="\?kind=call"><span>Without Leader “Lai Ching-te”</span> <b>7 calls</b>', html)
    assert "Clear all and start again" in html


def test_it_never_shows_a_draft_or_a_withdrawn_entry(client: Client) -> None:
    event = Event.objects.get(slug="takaichi-trump-call-2025-10-25")
    with record.writing() as writer:
        writer.withdraw(event, "The outlet took it back.")
        draft = {**record.of(event), "id": "a-draft", "title": "A draft that nobody should see"}
        writer.write(draft, state=State.DRAFT)
    html = get(client, "/?since=2025-10&until=2025-10")
    assert "takaichi-trump-call-2025-10-25" not in html
    assert "A draft that nobody should see" not in html


def test_it_orders_oldest_first_and_keeps_the_order_on_the_way(client: Client) -> None:
    html = get(client, "/?order=oldest")
    assert slugs(html)[0] == "takaichi-policy-speech-2025-10-24"
    assert "Load later entries" in html
    assert re.search(r'hx-get="/entries/\?order=oldest&amp;after=', html)
    assert '<input type="hidden" name="order" value="oldest">' in html


def test_it_leads_back_from_a_later_page(client: Client) -> None:
    first = get(client, "/")
    following = re.search(r'<a class="btn btn--line" href="(/\?[^"]*after=[^"]*)"', first)
    assert following
    second = get(client, following[1])
    back = re.search(r'<p class="back"><a class="btn btn--line" href="(/\?before=[^"]*)"', second)
    assert back
    assert slugs(get(client, back[1])) == slugs(first)


def test_it_escapes_what_a_reader_typed(client: Client) -> None:
    html = get(client, f"/?q={quote('<script>alert(1)</script>')}")
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_it_marks_the_chosen_months_of_the_strip(client: Client) -> None:
    html = get(client, "/?since=2025-11&until=2025-11")
    strip = html[html.index('id="strip"') : html.index('id="filters"')]
    assert re.findall(r'class="in" aria-label="([^"]*)"', strip)[0].startswith("November 2025: ")
    assert 'href="?since=2025-10&amp;until=2025-10"' in strip
    assert 'href="?since=2026&amp;until=2026"' in strip


def test_it_shows_years_where_the_range_is_long(client: Client) -> None:
    event = Event.objects.get(slug="takaichi-trump-call-2025-10-25")
    old = {**record.of(event), "id": "an-old-call", "date": "1925-10-25", "links": []}
    for one in old["participants"]:
        one["country"] = one["country"] or "US"
    with record.writing() as writer:
        writer.write(old, state=State.PUBLISHED)
    html = get(client, "/")
    assert "Entries per year" in html
    assert 'href="?since=1925&amp;until=1925"' in html


def test_it_sets_no_cookie_and_varies_on_none(client: Client) -> None:
    for address in ("/", "/entries/", "/events/takaichi-trump-call-2025-11-25/", "/marks/", "/nothing-here"):
        response = client.get(address)
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")


def test_it_sends_a_strict_content_security_policy(client: Client) -> None:
    for address in ("/", "/nothing-here", "/admin/login/"):
        policy = client.get(address)["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "style-src 'self'" in policy
        assert "unsafe" not in policy


def test_it_answers_head_and_refuses_post(client: Client) -> None:
    assert client.head("/").status_code == 200
    assert client.post("/").status_code == 405


def test_it_knows_a_leader_by_any_name(client: Client) -> None:
    leader = Leader.objects.get(slug="sanae-takaichi")
    days = "since=2025-11-20&until=2025-11-25"
    by_leader = get(client, f"/?leader=sanae-takaichi&{days}")
    assert len(slugs(by_leader)) > 3
    for words in (leader.native_name, "TAKAICHI", "takaíchi"):
        found = get(client, f"/?q={quote(words)}&leader=sanae-takaichi&{days}")
        assert slugs(found) == slugs(by_leader)


def test_it_says_the_how_manieth_contact_an_entry_is(client: Client) -> None:
    html = get(client, "/?kind=call&since=2025-11-25&until=2025-11-25")
    assert '<p class="ctx">2nd call between the two, 31 days after the first.</p>' in html


def test_it_shows_the_silences_of_the_view(client: Client) -> None:
    html = get(client, "/?leader=sanae-takaichi&leader=donald-trump&match=all")
    gaps = re.findall(r'<p class="gap__n"><b>(\d+)</b>.*?<span>([^<]*?)\.', html, re.S)
    assert gaps == [
        ("75", "3 January to 18 March 2026"),
        ("37", "26 November 2025 to 1 January 2026"),
        ("27", "29 October to 24 November 2025"),
    ]


def test_it_counts_a_silence_over_the_border_of_two_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    view = "leader=sanae-takaichi&leader=donald-trump&match=all&kind=meeting&kind=call"
    whole = get(client, f"/?{view}")
    monkeypatch.setattr("timeline.paging.PAGE", 2)
    address, gaps = f"/?{view}", []
    while address:
        html = get(client, address)
        gaps += re.findall(r'<p class="gap__n"><b>(\d+)</b>', html)
        following = re.search(r'<a class="btn btn--line" href="(/\?[^"]*after=[^"]*)"', html)
        address = following[1].replace("&amp;", "&") if following else ""
    assert gaps == re.findall(r'<p class="gap__n"><b>(\d+)</b>', whole)


def test_it_marks_what_was_searched_for(client: Client) -> None:
    html = get(client, f"/?q={quote('TAIWAN takaichi')}&until=2025-11-20")
    assert "<mark>Taiwan</mark>" in html
    assert "<mark>Takaichi</mark>" in html
    assert "<mark>" not in get(client, "/")


def test_it_asks_a_constant_number_of_queries(client: Client) -> None:
    day = "since=2025-11-25&until=2025-11-25"
    views = (f"/?{day}", f"/?country=JP&leader=sanae-takaichi&topic=taiwan&q=trump&{day}")
    few = [queries(client, address) for address in views]
    _add_copies(5)
    for address, before in zip(views, few, strict=True):
        assert queries(client, address) <= before, address
        assert "copy-4" in get(client, address)


def _add_copies(number: int) -> None:
    event = Event.objects.get(slug="takaichi-trump-call-2025-11-25")
    whole = record.of(event)
    with record.writing() as writer:
        for copy in range(number):
            writer.write({**whole, "id": f"copy-{copy}", "links": []}, state=State.PUBLISHED)
