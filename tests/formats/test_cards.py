"""An event on other people's pages: the card in a frame, and oEmbed."""

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client

from tests import builders
from timeline import record
from timeline.formats import frame
from timeline.models import Event
from timeline.views.share import short

pytestmark = pytest.mark.usefixtures("bundled")

CALL = "takaichi-trump-call-2025-11-25"
URL = f"http://testserver/events/{CALL}/"


def oembed(client: Client, status: int = 200, **asked: Any) -> Any:
    response = client.get("/oembed", {"url": URL, **asked})
    assert response.status_code == status, response.content
    return json.loads(response.content) if status == 200 else response


def test_the_card_alone_may_be_framed(client: Client) -> None:
    card = client.get(f"/events/{CALL}/card/")
    assert "frame-ancestors *" in card["Content-Security-Policy"]
    assert "script-src 'self'" in card["Content-Security-Policy"]
    assert "X-Frame-Options" not in card
    again = client.get(f"/events/{CALL}/card/")  # as it is kept
    assert "X-Frame-Options" not in again
    page = client.get(f"/events/{CALL}/")
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"


def test_the_card_says_what_on_whose_word_and_which_version(client: Client) -> None:
    html = client.get(f"/events/{CALL}/card/").content.decode()
    assert f'<h1><a href="{URL}">{builders.event(CALL).title}</a></h1>' in html
    assert "Takaichi, to reporters" in html
    assert "Version 1" in html
    assert '<base target="_top">' in html
    assert "<script" not in html


def test_the_card_of_what_did_not_take_place_says_so(client: Client) -> None:
    html = client.get("/events/takaichi-li-qiang-g20-2025-11/card/").content.decode()
    assert 'class="card card--not"' in html
    assert '<span class="not">did not take place</span>' in html


def test_the_card_of_a_withdrawn_event_drops_its_claim(client: Client) -> None:
    title = builders.event(CALL).title
    with record.writing() as writer:
        writer.withdraw(builders.event(CALL), "It was another call.")
    response = client.get(f"/events/{CALL}/card/")
    html = response.content.decode()
    assert response.status_code == 410
    assert "It was another call." in html
    assert title not in html
    assert "frame-ancestors *" in response["Content-Security-Policy"]


def test_the_page_leads_to_oembed(client: Client) -> None:
    html = client.get(f"/events/{CALL}/").content.decode()
    found = dict(re.findall(r'<link rel="alternate" type="(\S+)\+oembed" href="http://testserver([^"]+)"', html))
    assert set(found) == {"application/json", "text/xml"}
    address = found["application/json"].replace("&amp;", "&")
    assert json.loads(client.get(address).content)["type"] == "rich"


def test_oembed_keeps_its_contract(client: Client) -> None:
    found = oembed(client)
    assert {"version": "1.0", "type": "rich", "provider_name": "Readout"}.items() <= found.items()
    assert found["title"] == builders.event(CALL).title
    assert f'src="{URL}card/"' in found["html"]
    assert f'width="{found["width"]}" height="{found["height"]}"' in found["html"]
    assert {"thumbnail_url", "thumbnail_width", "thumbnail_height"} <= set(found)


def test_oembed_keeps_within_what_was_asked_for(client: Client) -> None:
    found = oembed(client, maxwidth=300, maxheight=200)
    assert (found["width"], found["height"]) == (300, 200)
    assert "thumbnail_url" not in found
    assert oembed(client, maxwidth=100)["width"] == 100
    assert oembed(client, maxwidth=5000)["width"] == 704


def test_oembed_as_xml_says_the_same(client: Client) -> None:
    response = oembed(client, 200, format="json")
    root: ElementTree.Element = fromstring(client.get("/oembed", {"url": URL, "format": "xml"}).content)
    assert root.tag == "oembed"
    assert {one.tag: one.text for one in root} == {name: str(value) for name, value in response.items()}


def test_oembed_knows_every_address_of_an_event(client: Client) -> None:
    wanted = oembed(client)
    addresses = [URL.rstrip("/"), f"{URL}card/", f"{URL}versions/1/", f"http://testserver{short(builders.event(CALL))}"]
    for address in addresses:
        assert oembed(client, url=address) == wanted, address
    assert oembed(client, format="") == wanted


def test_a_crowd_is_named_and_the_frame_is_high_enough_for_it(client: Client) -> None:
    event = Event.objects.with_entry().get(slug="apec-leaders-meeting-2025-10-31")
    html = client.get(f"/events/{event.slug}/card/").content.decode()
    assert html.count('<abbr class="cc"') == event.participations.count() > 2
    heights = [frame.height(event, width) for width in (260, 390, 640)]
    assert heights == sorted(heights, reverse=True)
    event.summary *= 3
    assert frame.height(event, 640) > heights[-1]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"url": "http://elsewhere.example/events/x/"}, 404),
        ({"url": "http://testserver/about/"}, 404),
        ({"url": "http://testserver/events/nobody/"}, 404),
        ({"url": "javascript:alert(1)"}, 404),
        ({"url": "http://[::1"}, 404),
        ({"url": ""}, 400),
        ({"format": "yaml"}, 501),
        ({"maxwidth": "wide"}, 400),
        ({"maxwidth": "0"}, 400),
    ],
)
def test_oembed_says_what_it_cannot_do(client: Client, asked: dict[str, str], status: int) -> None:
    oembed(client, status, **asked)


def test_oembed_follows_a_former_slug_and_tells_of_a_withdrawal(client: Client) -> None:
    with record.writing() as writer:
        writer.write({**record.of(builders.event(CALL)), "id": "renamed"}, event=builders.event(CALL))
    assert "/events/renamed/card/" in oembed(client)["html"]
    with record.writing() as writer:
        writer.withdraw(builders.event("renamed"), "It was another call.")
    assert "It was another call." in oembed(client, 410, url="http://testserver/events/renamed/").content.decode()
    assert oembed(client, 410).status_code == 410


def test_the_embed_code_can_be_copied_as_it_stands(client: Client) -> None:
    builders.write({**record.of(builders.event(CALL)), "title": "They “speak” & <listen>"})
    html = client.get(f"/events/{CALL}/").content.decode()
    (shown,) = re.findall(r'<textarea [^>]*id="emb"[^>]*>(.*?)</textarea>', html)
    assert "<iframe" not in shown
    assert "&amp;lt;listen&amp;gt;" in shown
