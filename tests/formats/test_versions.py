"""Permanent pages of an event's versions, and what a correction changed."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import builders
from tests.rounds import rounds
from timeline import index, record
from timeline.models import Correction, Country, Event, Former, Leader, Source, Topic
from timeline.record import merging
from timeline.record.nouns import country_row

pytestmark = pytest.mark.usefixtures("bundled")

CALL = "takaichi-trump-call-2025-11-25"


def change(**fields: object) -> None:
    builders.write({**record.of(builders.event(CALL)), **fields})


def get(client: Client, number: int, slug: str = CALL, status: int = 200) -> str:
    response = client.get(f"/events/{slug}/versions/{number}/")
    assert response.status_code == status
    return response.content.decode()


def told(html: str) -> str:
    """What the entry itself says: from its heading to the end of its sources, without what is found out around it."""
    parts = [html[html.index('<article class="ep') : html.index("</header>", html.index('<article class="ep'))]]
    for heading in ("h-pts", "h-note", "h-src"):
        begin = html.index(f'aria-labelledby="{heading}"')
        parts.append(html[begin : html.index("</section>\n", begin)])
    return "".join(parts)


def test_a_version_says_exactly_what_the_page_said_then_and_that_there_is_a_newer_one(client: Client) -> None:
    then = client.get(f"/events/{CALL}/").content.decode()
    assert "It is the newest one." in get(client, 1)
    change(title="Another title", summary="Another summary.", readouts=[], note=None, duration_minutes=20)
    html = get(client, 1)
    assert told(html) == told(then)
    assert "Another title" not in html
    assert "There is a newer one: version 2" in html
    assert f'<link rel="canonical" href="http://testserver/events/{CALL}/">' in html
    assert 'content="noindex"' in html
    assert "Another title" in get(client, 2)
    for number in (3, 0, 2**40):
        get(client, number, status=404)


def test_a_version_calls_everyone_as_they_were_called_then(client: Client) -> None:
    then = get(client, 1)
    with record.writing():
        leader = Leader.objects.get(slug="sanae-takaichi")
        leader.name, leader.native_name = "Another Name", ""
        leader.save()
        leader.posts.update(title="Minister of Nothing")
        Country(**{**country_row(Country.objects.get(code="JP")), "name": "Yamato"}).save()
        Country.objects.filter(code="US").update(name="Columbia", article="")
        for source in Source.objects.filter(citations__event__slug=CALL):
            source.title = "Another headline"
            source.save()
        Topic.objects.filter(slug="taiwan").update(name="Formosa")
        # What changes nothing that is shown leaves nothing behind.
        Leader.objects.get(slug="donald-trump").save()
    assert get(client, 1) == then
    assert "Yamato" not in then
    assert not Former.objects.filter(key="donald-trump").exists()
    change(title="Another title")
    now = get(client, 2)
    for name in ("Another Name", "Minister of Nothing", "Yamato", "Columbia", "Another headline", "Formosa"):
        assert name in now
    with record.writing():
        Leader.objects.filter(slug="sanae-takaichi").update(name="A Third Name")
    assert "Another Name" in get(client, 2)
    assert "A Third Name" in client.get(f"/events/{CALL}/").content.decode()


def test_a_version_calls_linked_entries_as_they_were_called_then(client: Client) -> None:
    linked = Event.objects.published().exclude(slug=CALL).get(slug=record.of(builders.event(CALL))["links"][0]["event"])
    then = get(client, 1)
    assert linked.title in then
    builders.write({**record.of(linked), "title": "An entry that is called something else"})
    assert get(client, 1) == then
    assert "called something else" in client.get(f"/events/{CALL}/").content.decode()


@rounds(1, 1000)
@pytest.mark.parametrize("kind", ["meeting", "call", "statement"])
def test_every_event_reads_in_its_version_as_on_its_page(client: Client, kind: str, number: int) -> None:
    for slug in Event.objects.published().of_kind(kind).order_by("pk").values_list("slug", flat=True)[:number]:
        page = client.get(f"/events/{slug}/").content.decode()
        version = client.get(f"/events/{slug}/versions/1/").content.decode()
        heading = slice(page.index('<article class="ep'), page.index('<aside class="rail"'))
        assert page[heading] in version, slug
        sources = slice(page.index('<section aria-labelledby="h-src"'), page.index('<section aria-labelledby="h-log"'))
        assert page[sources].strip() in version, slug


def test_the_number_rises_only_with_what_readers_see(client: Client) -> None:
    change()
    get(client, 2, status=404)


def test_a_former_slug_leads_to_the_same_version(client: Client) -> None:
    with record.writing() as writer:
        writer.write({**record.of(builders.event(CALL)), "id": "renamed"}, event=builders.event(CALL))
    response = client.get(f"/events/{CALL}/versions/1/")
    assert (response.status_code, response["Location"]) == (301, "/events/renamed/versions/1/")
    assert "There is a newer one" in get(client, 1, "renamed")


def test_the_versions_of_a_withdrawn_event_went_with_it(client: Client) -> None:
    title = builders.event(CALL).title
    with record.writing() as writer:
        writer.withdraw(builders.event(CALL), "It was another call.")
    html = get(client, 1, status=410)
    assert "It was another call." in html
    assert title not in html


def test_the_versions_of_a_merged_entry_stay_its_own(client: Client) -> None:
    builders.source("another-paper")
    builders.publish(builders.call("first-twin", citations=[{"source": "another-paper"}]))
    with record.writing() as writer:
        twin = builders.event("first-twin")
        writer.write({**record.of(twin), "id": "twin", "title": "The twin"}, event=twin)
    merging.merge(builders.event(CALL), builders.event("twin"), note="One call, entered twice.")
    html = get(client, 2, "twin")
    assert "The twin" in html
    assert "merged into another one" in html
    assert f'href="/events/{CALL}/"' in html
    response = client.get("/events/first-twin/versions/1/")
    assert (response.status_code, response["Location"]) == (301, "/events/twin/versions/1/")
    with record.writing() as writer:
        writer.withdraw(builders.event(CALL), "It was another call.")
    get(client, 2, "twin", status=410)


def test_its_queries_are_a_constant_number(client: Client) -> None:
    index.current()  # which is made once
    with CaptureQueriesContext(connection) as queries:
        get(client, 1)
    assert len(queries) <= 20


def test_a_correction_strikes_the_old_and_underlines_the_new(client: Client) -> None:
    change(duration_minutes=20)
    with record.writing():
        event = builders.event(CALL)
        version = event.versions.order_by("number").last()
        Correction(event=event, version=version, date=date(2025, 11, 27), text="It was 20 minutes.").save()
    html = client.get(f"/events/{CALL}/").content.decode()
    assert "version 2." in html
    log = html[html.index('id="h-log"') : html.index("</table>", html.index('id="h-log"'))]
    assert "Correction: It was 20 minutes." in log
    assert re.search(r"<del>25</del>", log)
    assert re.search(r"<ins>20</ins>", log)
    assert f'href="/events/{CALL}/versions/1/"' in log
