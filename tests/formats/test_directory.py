"""Sitemap, robots.txt, schema, and the page about data and feeds."""

import json
import re
from html import unescape

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client, override_settings

from tests import builders
from tests.views.asked import queries
from timeline import record
from timeline.models import Event, Source, State
from timeline.views import directory

pytestmark = pytest.mark.usefixtures("bundled")

NS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def places(client: Client, path: str) -> dict[str, str | None]:
    root = fromstring(client.get(path).content)
    return {str(one.findtext(f"{NS}loc")): one.findtext(f"{NS}lastmod") for one in root}


def test_the_sitemap_names_every_published_event_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "ADDRESSES", 20)
    with record.writing() as writer:
        writer.withdraw(builders.event("takaichi-trump-call-2025-11-25"), "It was another call.")
    parts = list(places(client, "/sitemap.xml"))
    found = [address for part in parts for address in places(client, part.removeprefix("http://testserver"))]
    events = [address for address in found if "/events/" in address]
    slugs = Event.objects.published().values_list("slug", flat=True)
    assert sorted(events) == sorted(f"http://testserver/events/{slug}/" for slug in slugs)
    assert len(parts) >= 4
    assert "http://testserver/between/" not in "".join(found)
    of_each_sort = {address.split("/")[3]: address for address in found if address not in events}
    for sort in ("leaders", "countries", "topics"):
        address = of_each_sort[sort].removeprefix("http://testserver")
        assert address != f"/{sort}/"
        assert client.get(address).status_code == 200, address


def test_the_sitemap_names_every_source_that_readers_find_cited(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "ADDRESSES", 20)
    builders.source("not-cited")
    builders.source("of-a-draft")
    row = record.of(builders.event("takaichi-trump-call-2025-11-25"))
    builders.write({**row, "id": "draft", "citations": [{"source": "of-a-draft"}]}, state=State.DRAFT)
    parts = [path_of(part) for part in places(client, "/sitemap.xml")]
    of_sources = [part for part in parts if "sources" in part]
    listed = [places(client, part) for part in of_sources]
    assert all(0 < len(part) <= 20 for part in listed)
    found = [path_of(address) for part in listed for address in part]
    cited = Source.objects.filter(citations__event__state=State.PUBLISHED).distinct().values_list("slug", flat=True)
    assert sorted(found) == sorted(f"/sources/{slug}/" for slug in cited)
    assert len(of_sources) >= 2
    assert client.get(found[-1]).status_code == 200
    for part in (0, 99999, 99999999999999999999):
        assert client.get(f"/sitemap-sources-{part}.xml").status_code == 404


def path_of(address: str) -> str:
    return address.removeprefix("http://testserver")


def test_the_sitemap_asks_as_much_however_far_the_numbers_reach(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(lowest: int) -> list[int]:
        addresses = ("/sitemap.xml", f"/sitemap-{lowest // directory.ADDRESSES + 1}.xml")
        return [queries(client, address) for address in addresses]

    lowest = Event.objects.published().earliest("pk").pk
    before = asked(lowest)
    monkeypatch.setattr(directory, "ADDRESSES", 5)
    assert len(places(client, "/sitemap.xml")) > 20
    assert asked(lowest) == before


def test_every_event_in_it_has_its_last_change(client: Client) -> None:
    lastmod = places(client, "/sitemap-1.xml")["http://testserver/events/takaichi-trump-call-2025-11-25/"]
    at = builders.event("takaichi-trump-call-2025-11-25").changed_at
    assert lastmod == at.isoformat(timespec="seconds")
    assert client.get("/sitemap-99999.xml").status_code == 404
    assert client.get("/sitemap-99999999999999999999.xml").status_code == 404


@override_settings(SITE_URL="https://readout.example")
def test_robots_lead_to_the_sitemap(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert "Sitemap: https://readout.example/sitemap.xml" in text
    assert "Disallow: /admin/" in text


def test_the_schema_names_its_address(client: Client) -> None:
    content = json.loads(client.get("/api/dossier.schema.json").content)
    assert content["$id"] == "http://testserver/api/dossier.schema.json"
    assert content["$defs"]["event"]["required"]


@pytest.mark.long
def test_every_example_of_the_page_works(client: Client) -> None:
    html = client.get("/api/").content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    addresses = [unescape(one) for one in re.findall(r'href="(/[^"]*)"', main)]
    assert len(addresses) >= 15
    for address in addresses:
        # The parameters of a view are read, and nearly nothing found is written.
        few = "&since=1801&until=1802" if address.startswith("/timeline.") and "since" not in address else ""
        response = client.get(address + few, follow=True)
        assert response.status_code == 200 or (address.endswith(".ics") and response.status_code == 404), address


def test_the_timeline_leads_to_its_other_forms(client: Client) -> None:
    html = client.get("/?kind=call&country=JP&after=zzzz").content.decode()
    for form in ("atom", "ics", "csv", "json"):
        assert f'href="/timeline.{form}?kind=call&amp;country=JP"' in html


def test_pages_of_the_timeline_name_the_next_one(client: Client) -> None:
    response = client.get("/?country=JP")
    (following,) = re.findall(r'<link rel="next" href="([^"]+)">', response.content.decode())
    assert f'<http://testserver{unescape(following)}>; rel="next"' in response["Link"]
    assert '<http://testserver/timeline.csv?country=JP>; rel="alternate"; type="text/csv"' in response["Link"]
    later = client.get(unescape(following))
    assert '<link rel="prev"' in later.content.decode()
    assert 'rel="prev"' in later["Link"]
