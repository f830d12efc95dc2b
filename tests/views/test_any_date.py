"""Every page and file stands, whatever date of the record's forms an event has."""

from typing import Any

import pytest
from django.test import Client

from tests.builders import SOURCE, TAKAICHI, TRUMP, account, call, person, publish, statement, write
from tests.desk import change
from timeline import edtf, record
from timeline.models import Event, Leader, Post, State

pytestmark = pytest.mark.usefixtures("cast_all_along", "db")

EXTREMES = ("2025-11-25/..", "../2025-11-25", "0001", "0001-01-03", "9999-12-30")
MORE = (
    "2025-11/..",
    "../2025",
    "0001-01-01/..",
    "../9999-12-31",
    "0001/9999",
    "9999-24",
    "2025-11-25?/2026-03~",
    "0500",
)
OWN = ("", "card/", "card.png", "versions/1/")
FILES = ("json", "ics", "txt", "bib", "ris", "csl.json")
FORMS = ("atom", "ics", "csv", "json", "timelinejs.json")
PAGES = (
    "/",
    "/?order=oldest",
    "/?since=9999-12-30",
    "/?since=2025-11&until=2025-11-25",
    "/entries/?until=0001-01-02",
    "/leaders/",
    f"/leaders/{TAKAICHI}/",
    f"/leaders/{TRUMP}/",
    "/countries/",
    "/countries/JP/",
    "/between/JP/US/",
    f"/between/{TRUMP}/{TAKAICHI}/",
    "/topics/",
    "/topics/taiwan/",
    "/sources/jiji/",
    "/corrections/",
    "/about/",
    "/changes.atom",
    "/sitemap-1.xml",
    *(f"/timeline.{form}" for form in FORMS),
)
LARGE = 300_000  # bytes, which no page of a dozen entries needs


def found(client: Client, address: str) -> bytes:
    response = client.get(address)
    content: bytes = response.getvalue()
    assert response.status_code == 200, (address, response.status_code)
    assert len(content) < LARGE, address
    return content


def put_in(dates: tuple[str, ...]) -> dict[str, str]:
    """Publish for each date a call, a statement about it and a plan, among others near by: the calls' dates by slug."""
    with record.writing():
        Post(leader=Leader.objects.get(slug=TRUMP), country_id="US", title="President", since="2025-01-20").save()
    about = {"topics": ["taiwan"], "readouts": [account("JP", "They agreed.", source=SOURCE)]}
    publish(call("near", "2025-11-20"), call("next", "2025-12-01"))
    slugs = {f"call-{number}": date for number, date in enumerate(dates)}
    for slug, date in slugs.items():
        day: dict[str, Any] = {"part_of_day": "evening", "time_zone": "Asia/Tokyo"} if edtf.parse(date).is_day else {}
        plan = call(f"plan-{slug}", date, occurrence="planned", participants=[person(TRUMP), person(TAKAICHI)])
        publish(call(slug, date, **about, **day), plan, statement(f"said-{slug}", date, about=slug))
    return slugs


def readers_find_all_of(client: Client, slugs: dict[str, str]) -> None:
    for address in (*PAGES, "/events/near/", "/events/next/"):
        found(client, address)
    for slug, date in slugs.items():
        for page in OWN:
            found(client, f"/events/{slug}/{page}")
        found(client, f"/events/plan-{slug}/")
        found(client, f"/events/said-{slug}/")
        assert edtf.words(date) in found(client, f"/events/{slug}/").decode()
        for name in FILES:
            # A calendar has no room for what is not known to the day, and its file says so.
            may_be_missing = name == "ics" and client.get(f"/events/{slug}.ics").status_code == 404
            assert may_be_missing or found(client, f"/events/{slug}.{name}")


def editors_find(client: Client, date: str) -> None:
    """The desk's pages of a published event of this date and of a draft, and both as readers would see them."""
    write(call("draft", date), state=State.DRAFT)
    near = Event.objects.get(slug="near")
    for event in Event.objects.filter(slug__in=("call-0", "draft")):
        own = change(event)
        found(client, f"/events/{event.slug}/preview/")
        for page in (own, own.replace("change/", "history/"), own.replace("change/", f"merge/?other={near.pk}")):
            found(client, page)
    for page in ("/admin/timeline/call/", "/admin/find/?q=speak"):
        found(client, page)


def test_the_pages_that_draw_days_stand_in_a_record_that_reaches_from_end_to_end(client: Client) -> None:
    publish(call("near", "2025-11-20"), *(call(f"call-{number}", date) for number, date in enumerate(EXTREMES)))
    for address in ("/", f"/leaders/{TRUMP}/", "/countries/JP/", "/between/JP/US/", "/events/near/", "/events/call-0/"):
        found(client, address)


@pytest.mark.long
@pytest.mark.parametrize("dates", [EXTREMES, MORE, *((date,) for date in EXTREMES)])
def test_readers_find_every_page_and_file_with_events_of(client: Client, dates: tuple[str, ...]) -> None:
    readers_find_all_of(client, put_in(dates))


@pytest.mark.long
@pytest.mark.parametrize("date", EXTREMES)
def test_editors_find_every_page_of_an_event_of(admin_client: Client, date: str) -> None:
    put_in((date,))
    editors_find(admin_client, date)
