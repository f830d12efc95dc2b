"""The public log of corrections and withdrawals."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client, override_settings

from tests.views.asked import queries
from timeline import log, record
from timeline.models import Correction, Event, State

pytestmark = pytest.mark.usefixtures("bundled")

CALL = "takaichi-trump-call-2025-11-25"
OTHER = "trump-xi-call-2025-11-24"


def get(client: Client, query: str = "") -> str:
    response = client.get(f"/corrections/{query}")
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def correct(slug: str, day: date, *texts: str) -> None:
    """One correction of this day, or one for each text."""
    event = Event.objects.get(slug=slug)
    with record.writing():
        for text in texts or ["It was the evening."]:
            Correction(event=event, date=day, text=text).save()


def withdraw(slug: str, reason: str = "The outlet took it back.") -> None:
    with record.writing() as writer:
        writer.withdraw(Event.objects.get(slug=slug), reason)


def test_it_says_that_nothing_has_been_corrected_yet(client: Client) -> None:
    html = get(client)
    assert "Nothing has been corrected or withdrawn yet." in html
    assert "Report an error" not in html
    with override_settings(CONTACT="desk@readout.example"):
        main = get(client).split("<main")[1].split("</main>")[0]
    assert '<a href="mailto:desk@readout.example">Report an error</a>' in main


def test_it_shows_a_correction_with_its_entry(client: Client) -> None:
    correct(CALL, date(2026, 1, 2), "The call & the <time>.")
    html = get(client)
    assert f'<a href="/events/{CALL}/">Takaichi and Trump speak by phone for about 25 minutes</a>' in html
    assert "The call &amp; the &lt;time&gt;." in html
    assert '<time datetime="2026-01-02">2 January 2026</time>' in html
    assert "<strong>1 correction</strong>" in html


def test_it_shows_a_withdrawal_without_its_claim(client: Client) -> None:
    correct(CALL, date(2026, 1, 2), "The two spoke of the secret pact.")
    title = Event.objects.get(slug=CALL).title
    withdraw(CALL, "The outlet retracted its report.")
    html = get(client)
    assert f'<a href="/events/{CALL}/">{CALL}</a>' in html
    assert "The outlet retracted its report." in html
    assert title not in html
    assert "secret pact" not in html
    assert "<strong>1 correction</strong> and <strong>1 withdrawal</strong>" in html
    assert client.get(f"/events/{CALL}/").status_code == 410


def test_it_leaves_out_drafts(client: Client) -> None:
    row = {**record.of(Event.objects.get(slug=CALL)), "id": "a-draft", "title": "A draft that nobody should see"}
    with record.writing() as writer:
        writer.write(row, state=State.DRAFT)
    correct("a-draft", date(2026, 1, 2), "Nobody should see this.")
    html = get(client)
    assert "nobody should see" not in html.lower()
    assert "Nothing has been corrected or withdrawn yet." in html


def test_it_puts_the_newest_first(client: Client) -> None:
    correct(CALL, date(2026, 1, 2), "The earlier one.")
    correct(OTHER, date(2026, 2, 2), "The later one.")
    withdraw("takaichi-li-qiang-g20-2025-11", "Taken back today.")
    html = get(client)
    assert html.index("Taken back today.") < html.index("The later one.") < html.index("The earlier one.")


def test_it_shows_every_line_once_over_its_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "PAGE", 5)
    with record.writing() as writer:
        for number in range(12):
            day = date(2026, 1, 1) + timedelta(days=number // 5)
            Correction(event=Event.objects.get(slug=CALL), date=day, text=f"No. {number:03};").save()
        withdrawn = list(Event.objects.published().exclude(slug=CALL)[:5])
        for event in withdrawn:
            writer.withdraw(event, f"Reason {event.pk:04};")
    address, seen, pages = "", [], 0
    while True:
        html = get(client, address)
        pages += 1
        lines = re.findall(r"(?:No\. \d{3}|Reason \d{4});", html)
        assert len(lines) <= 5
        seen += lines
        following = re.search(r'href="(\?after=[^"]*)"', html)
        if not following:
            break
        address = following[1]
    assert pages == 4
    assert len(seen) == len(set(seen)) == 17
    assert set(seen) == {f"No. {n:03};" for n in range(12)} | {f"Reason {one.pk:04};" for one in withdrawn}
    assert "Back to the newest" in html


def test_it_parts_corrections_and_withdrawals_of_one_day() -> None:
    withdraw(CALL)
    withdraw("takaichi-li-qiang-g20-2025-11")
    today = log.page().lines[0].place.day
    correct(OTHER, today, "One.", "Two.")
    whole = log.page().lines
    assert [line.is_withdrawal for line in whole] == [True, True, False, False]
    one_by_one, after = [], None
    for _line in whole:
        page = log.page(after, size=1)
        one_by_one += page.lines
        after = log.read_cursor(page.after)
    assert one_by_one == whole
    assert after is None


NONSENSE = ["2026-02-30.c1", "2026-01-01.x1", "2026-01-01.c0", "2026-01-01.c1 ", "\x00", "٢٠٢٦-01-01.c1"]


@pytest.mark.parametrize("cursor", [*NONSENSE, "2026-01-01.c" + "9" * 19])
def test_it_takes_nonsense_for_no_place(cursor: str) -> None:
    assert log.read_cursor(cursor) is None


def test_it_names_the_nonsense_it_ignores(client: Client) -> None:
    correct(CALL, date(2026, 1, 2))
    for cursor in (NONSENSE[0], "%00"):
        html = get(client, f"?after={cursor}")
        assert "It is no place in this log." in html, cursor
        assert "It was the evening." in html, cursor


def test_it_reads_a_cursor_at_either_end_of_time(client: Client) -> None:
    correct(CALL, date(2026, 1, 2))
    assert "There is nothing older." in get(client, "?after=0001-01-01.c1")
    assert "There is nothing older." not in get(client, "?after=9999-12-31.w999999999999999999")


def test_it_asks_a_constant_number_of_queries(client: Client) -> None:
    correct(CALL, date(2026, 1, 2))
    few = queries(client, "/corrections/")
    correct(OTHER, date(2026, 1, 1), *(f"No. {number}." for number in range(8)))
    correct("takaichi-reporters-2025-11-25", date(2026, 1, 1))
    withdraw(CALL)
    assert queries(client, "/corrections/") <= few <= 8
    response = client.get("/corrections/")
    assert "No. 7." in response.content.decode()
    assert not response.cookies
    assert " style=" not in response.content.decode()


def test_it_can_be_narrowed_to_a_sort_and_a_kind(client: Client) -> None:
    correct(CALL, date(2026, 1, 2), "The first note.")
    correct("takaichi-reporters-2025-11-25", date(2026, 1, 3), "The second note.")
    withdraw(OTHER)
    html = get(client, "?what=correction")
    assert "The first note." in html
    assert "The outlet took it back." not in html
    assert "The outlet took it back." in get(client, "?what=withdrawal")
    html = get(client, "?what=correction&kind=statement")
    assert "The first note." not in html
    assert "The second note." in html
    assert 'href="/corrections.atom?what=correction&amp;kind=statement"' in html
    feed = client.get("/corrections.atom?what=correction&kind=statement").content.decode()
    assert "The second note." in feed
    assert "The first note." not in feed
    assert client.get("/corrections.atom?what=nonsense").status_code == 400
    assert "The first note." in get(client, "?what=nonsense")
