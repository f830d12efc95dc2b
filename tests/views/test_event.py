"""An event's permanent page."""

import re

import pytest
from django.test import Client

from tests import builders
from tests.builders import source, write
from tests.rounds import few_and_all
from tests.views.asked import queries
from timeline import record
from timeline.models import Event, State
from timeline.position import thread_of

pytestmark = pytest.mark.usefixtures("bundled")

CALL = "takaichi-trump-call-2025-11-25"


def get(client: Client, slug: str) -> str:
    response = client.get(f"/events/{slug}/")
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<main") : html.index("</main>")]).split())


def test_it_shows_the_facts_of_a_call(client: Client) -> None:
    text = text_of(get(client, CALL))
    for fact in (
        "Takaichi and Trump speak by phone for about 25 minutes",
        "25 November 2025",
        "about 25 minutes , initiated by the US side",
        "President of the United States",
        "Prime Minister of Japan",
        "高市早苗",
        "Medium telephone",
    ):
        assert fact in text


def test_it_sets_the_sides_accounts_side_by_side(client: Client) -> None:
    html = get(client, CALL)
    japan = html[html.index('id="h-side-JP"') : html.index('id="h-side-US"')]
    america = html[html.index('id="h-side-US"') : html.index('class="legend"')]
    assert "<b>Takaichi, to reporters</b>" in japan
    assert "declined to say" in japan
    assert "believed, not confirmed" in japan
    assert "<b>Trump, to reporters on Air Force One</b>" in america


def test_it_numbers_the_points_in_the_order_of_the_page(client: Client) -> None:
    numbers = [int(one) for one in re.findall(r'class="pt[^"]*" id="p(\d+)"', get(client, CALL))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_it_shows_statements_and_links_both_ways(client: Client) -> None:
    html = get(client, CALL)
    assert '/events/takaichi-reporters-2025-11-25/">' in html[html.index('id="h-say"') : html.index('id="h-links"')]
    other = get(client, "takaichi-reporters-2025-11-25")
    linked = other[other.index('id="h-links"') : other.index('id="h-src"')]
    assert "Is about" in linked
    assert f"/events/{CALL}/" in linked


def test_it_names_what_each_source_supports(client: Client) -> None:
    html = get(client, CALL)
    sources = html[html.index('id="h-src"') : html.index('id="h-log"')]
    assert sources.count('<li class="src"') == Event.objects.get(slug=CALL).citations.count()
    assert "Supports: summary, date" in sources
    assert 'rel="external noopener"' in sources


def test_it_says_that_a_meeting_did_not_take_place(client: Client) -> None:
    html = get(client, "takaichi-li-qiang-g20-2025-11")
    assert "<strong>This meeting did not take place</strong>" in html
    assert 'class="dyad dyad--meeting dyad--not"' in html
    assert "How we know it did not happen" in html


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("trump-beijing-visit-2026-03-31", "This meeting was postponed"),
        ("xi-washington-visit-2026", "This meeting is planned"),
    ],
)
def test_it_says_what_became_of_a_plan(client: Client, slug: str, words: str) -> None:
    html = get(client, slug)
    assert f"<strong>{words}</strong>" in html
    assert "What is known of the plan" in html


def led(client: Client, slug: str, word: str, most: int = 10) -> list[str]:
    """The entries from this one on, as one link of this word leads to the next."""
    seen: list[str] = []
    while slug and len(seen) < most:
        seen.append(slug)
        link = re.search(rf'<small>{word}</small> <a href="/events/([a-z0-9-]+)/"', get(client, slug))
        slug = link[1] if link else ""
    return seen


def test_it_leads_earlier_to_the_first_entry_of_all(client: Client) -> None:
    positions = Event.objects.published().values_list("slug", "position", "pk")
    rows = sorted(positions, key=lambda row: (thread_of(row[1]), -row[1], row[2]))
    assert led(client, rows[3][0], "Earlier") == [row[0] for row in rows[3::-1]]


def test_it_leads_through_statements_of_one_morning_there_and_back(client: Client) -> None:
    """They share a position, and stand in the timeline one after the other all the same."""
    day, later, told = "2030-11-26", "2030-12-01", [f"told-{number}" for number in range(3)]
    builders.source()
    builders.publish(
        builders.call("rung", day),
        builders.statement("last", day, about="rung", part_of_day="night"),
        *[builders.statement(slug, day, about="rung", part_of_day="morning") for slug in told],
        builders.statement("next", later),
    )
    order = ["rung", *told, "last", "next"]
    assert linked(client.get(f"/?since={day}&order=oldest").content.decode()) == order
    assert led(client, "rung", "Later") == order
    assert led(client, "next", "Earlier", most=6) == order[::-1]
    page = get(client, "rung")
    assert [slug for slug in linked(page[page.index('id="h-say"') :]) if slug in order][:4] == order[1:5]


def linked(html: str) -> list[str]:
    """The entries that a page leads to, each where it does first."""
    return list(dict.fromkeys(re.findall(r'href="/events/([a-z0-9-]+)/"', html)))


def test_it_says_on_how_many_sources_the_first_version_rested(client: Client) -> None:
    event = Event.objects.get(slug=CALL)
    number = event.citations.count()
    words = f"Entry made from a dossier, on {number} source{'s' * (number > 1)}."
    assert words in get(client, CALL)
    source("another")
    row = record.of(event)
    write({**row, "citations": [*row["citations"], {"source": "another"}]})
    html = get(client, CALL)
    assert html.count('<li class="src"') == number + 1
    assert words in html
    row["citations"] = [{"source": "another"}]
    write({**row, "readouts": []})
    assert words in get(client, CALL)


def test_it_redirects_a_former_slug_in_one_hop(client: Client) -> None:
    event = Event.objects.get(slug=CALL)
    for new in ("second-name", "third-name"):
        with record.writing() as writer:
            writer.write({**record.of(event), "id": new}, event=event)
    for old in (CALL, "second-name"):
        response = client.get(f"/events/{old}/")
        assert response.status_code == 301
        assert response["Location"] == "/events/third-name/"
        # Many who copy an address lose its last slash.
        assert client.get(f"/events/{old}")["Location"] == "/events/third-name/"


def test_it_answers_410_with_the_reason(client: Client) -> None:
    event = Event.objects.get(slug=CALL)
    with record.writing() as writer:
        writer.withdraw(event, "The outlet retracted its report & <nobody> else carried it.")
    response = client.get(f"/events/{CALL}/")
    assert response.status_code == 410
    html = response.content.decode()
    assert "The outlet retracted its report &amp; &lt;nobody&gt; else carried it." in html
    assert "speak by phone" not in html


def test_it_hides_a_draft_and_a_former_slug_of_one(client: Client) -> None:
    event = Event.objects.get(slug=CALL)
    with record.writing() as writer:
        draft = writer.write({**record.of(event), "id": "a-draft"}, state=State.DRAFT).event
    with record.writing() as writer:
        writer.write({**record.of(draft), "id": "a-renamed-draft"}, event=draft)
    for slug in ("a-draft", "a-renamed-draft", "nothing"):
        assert client.get(f"/events/{slug}/").status_code == 404
        assert client.get(f"/events/{slug}").status_code == 404


@few_and_all
def test_it_shows_any_event_of_the_dossiers(client: Client, everything: bool) -> None:
    for event in Event.objects.published()[:: 1 if everything else 18]:
        assert event.title.split("’")[0].split("'")[0] in get(client, event.slug).replace("&#x27;", "'")


def test_it_says_its_place_in_time(client: Client) -> None:
    html = get(client, CALL)
    place = html[html.index('id="h-ctx"') : html.index('id="h-pts"')]
    assert "The 2nd call between them, 31 days after the first; the 3rd contact of any kind, 28 days after" in place
    assert "31 days, call to call" in place
    assert "/events/takaichi-trump-summit-2025-10-28/" in place
    assert "/between/donald-trump/sanae-takaichi/" in place
    assert "style=" not in html


def test_it_says_that_two_have_never_met(client: Client) -> None:
    assert "No contact between the two is recorded at all." in get(client, "takaichi-li-qiang-g20-2025-11")


def test_it_names_the_day_in_both_capitals(client: Client) -> None:
    assert "Tuesday morning in Tokyo, Monday evening in Washington" in get(client, CALL)


def test_it_says_what_it_does_not_say(client: Client) -> None:
    html = get(client, "takaichi-trump-call-2025-10-25")
    limits = html[html.index('id="h-lim"') : html.index('id="h-src"')]
    assert "It does not say who asked for the call." in limits
    assert "how long it lasted" not in limits
    not_held = get(client, "takaichi-li-qiang-g20-2025-11")
    assert "It does not say that a meeting was ever asked for, offered or refused." in not_held


def test_it_lists_a_crowd_instead_of_drawing_two_ends(client: Client) -> None:
    html = get(client, "g20-johannesburg-summit-2025-11-22")
    assert '<figure class="many">' in html
    assert '<figure class="dyad' not in html


def test_it_leads_from_a_call_to_what_was_said_of_it_afterwards(client: Client) -> None:
    html = get(client, CALL)
    nav = html[html.index('class="prevnext"') :]
    assert nav.index("/events/kihara-press-conference-2025-11-25/") < nav.index("<small>Later</small>")
    assert "/events/takaichi-reporters-2025-11-25/" in nav or "/events/motegi-press-conference-2025-11-25/" in nav


def test_it_asks_a_constant_number_of_queries(client: Client) -> None:
    for slug in (CALL, "g20-johannesburg-summit-2025-11-22", "takaichi-diet-taiwan-2025-11-07"):
        assert queries(client, f"/events/{slug}/") <= 26, slug
