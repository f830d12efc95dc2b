"""One event's other forms: data, calendar, text, citations, card, description for machines."""

import json
import re
from datetime import date
from io import BytesIO
from itertools import product
from typing import Any

import pytest
import vobject
from django.test import Client
from PIL import Image

from tests import builders
from tests.formats import schema_org
from tests.rounds import rounds
from timeline import record
from timeline.formats import card, citation, jsonld
from timeline.formats.publication import Publication, publication, publications
from timeline.ingest import dossier
from timeline.ingest.store import store
from timeline.models import Event, Kind, Occurrence, State

pytestmark = pytest.mark.usefixtures("bundled")

CALL = "takaichi-trump-call-2025-11-25"
NOT_HELD = "takaichi-li-qiang-g20-2025-11"
PLANNED = "xi-washington-visit-2026"
POSTPONED = "trump-beijing-visit-2026-03-31"
STATEMENT = "takaichi-reporters-2025-11-25"
OTHERS = (NOT_HELD, PLANNED, POSTPONED, STATEMENT)
FORMS = ("json", "ics", "txt", "bib", "ris", "csl.json")
NASTY = "Ends; with, \\commas\\ “quotes” & <tags> {braces} $5 100% #1 ~^ \x0b高市\U0001f389"


def get(client: Client, slug: str, form: str, status: int = 200) -> str:
    response = client.get(f"/events/{slug}.{form}")
    assert response.status_code == status, (form, response.content)
    return response.content.decode()


def calendar_of(text: str) -> Any:
    return vobject.readOne(text)


# Data --------------------------------------------------------------------------------------------------------


def test_its_json_is_a_dossier_that_another_readout_ingests(client: Client) -> None:
    text = get(client, CALL, "json")
    content = json.loads(text)
    assert dossier.faults(content, "call.json") == []
    assert content["$schema"] == "http://testserver/api/dossier.schema.json"
    assert content["export"]["url"] == f"http://testserver/events/{CALL}/"
    (row,) = content["events"]
    assert row == record.of(builders.event(CALL))
    # Elsewhere the event is not known, nor those that it is linked to.
    content["events"][0]["id"] = "elsewhere"
    content["events"][0]["links"].append({"relation": "follows_up", "event": "nobody-knows-it"})
    assert str(store([dossier.Dossier("call.json", content)])).startswith("Created 1,")
    assert "nobody-knows-it" not in json.dumps(record.of(builders.event("elsewhere")))


def test_its_json_names_everything_that_it_refers_to(client: Client) -> None:
    content = json.loads(get(client, CALL, "json"))
    row = content["events"][0]
    assert {one["id"] for one in content["leaders"]} >= {one["leader"] for one in row["participants"]}
    assert {one["id"] for one in content["sources"]} >= {one["source"] for one in row["citations"]}
    assert [one["id"] for one in content["topics"]] == sorted(row["topics"])


def test_its_json_says_nothing_of_drafts(client: Client) -> None:
    builders.write({**record.of(builders.event(CALL)), "id": "secret-draft", "links": []}, state=State.DRAFT)
    row = record.of(builders.event(CALL))
    builders.write({**row, "links": [*row["links"], {"relation": "prepares", "event": "secret-draft"}]})
    assert "secret-draft" not in get(client, CALL, "json")
    assert "secret-draft" not in client.get("/timeline.json?kind=call").content.decode()


# Calendar ----------------------------------------------------------------------------------------------------


def test_its_calendar_has_whole_days_and_a_status(client: Client) -> None:
    event = calendar_of(get(client, CALL, "ics")).vevent
    assert (event.dtstart.value, event.dtend.value) == (date(2025, 11, 25), date(2025, 11, 26))
    assert event.status.value == "CONFIRMED"
    assert event.uid.value == f"{CALL}@testserver"
    assert event.url.value == f"http://testserver/events/{CALL}/"
    assert event.sequence.value == "0"


def test_what_was_put_off_is_cancelled_in_a_calendar(client: Client) -> None:
    event = calendar_of(get(client, POSTPONED, "ics")).vevent
    assert event.status.value == "CANCELLED"
    assert event.summary.value.startswith("Postponed: ")
    assert (event.dtstart.value, event.dtend.value) == (date(2026, 3, 31), date(2026, 4, 3))


def test_a_plan_is_tentative_in_a_calendar(client: Client) -> None:
    builders.write({**record.of(builders.event(PLANNED)), "date": "2026-12-01~"})
    event = calendar_of(get(client, PLANNED, "ics")).vevent
    assert event.status.value == "TENTATIVE"
    assert "about 1 December 2026" in event.description.value


def test_there_is_no_calendar_of_what_did_not_take_place_or_has_no_day(client: Client) -> None:
    assert get(client, NOT_HELD, "ics", 404).startswith("This did not take place")
    assert get(client, PLANNED, "ics", 404) == "A calendar needs a day, and on record is only: 2026, month unknown.\n"
    assert ".ics" not in client.get(f"/events/{NOT_HELD}/").content.decode()


def test_a_rename_leaves_its_name_in_calendars_and_raises_the_sequence(client: Client) -> None:
    with record.writing() as writer:
        writer.write({**record.of(builders.event(CALL)), "id": "renamed"}, event=builders.event(CALL))
    event = calendar_of(get(client, "renamed", "ics")).vevent
    assert event.uid.value == f"{CALL}@testserver"
    assert event.sequence.value == "1"


def test_lines_of_a_calendar_are_folded_and_its_texts_escaped(client: Client) -> None:
    title = NASTY.replace("\x0b", "")
    builders.write({**record.of(builders.event(CALL)), "title": title, "summary": "One\nTwo; three, \\four"})
    raw = client.get(f"/events/{CALL}.ics").content
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    event = calendar_of(raw.decode()).vevent
    assert event.summary.value == title
    assert event.description.value.startswith("One\nTwo; three, \\four\n")


# Citations ---------------------------------------------------------------------------------------------------


def test_every_citation_names_the_version_and_its_date(client: Client) -> None:
    builders.write({**record.of(builders.event(CALL)), "title": "They speak once more"})
    made = publication(builders.event(CALL).pk)
    day = f"{made.at:%Y-%m-%d}"
    assert made.number == 2
    assert f"Version 2, {day}" in get(client, CALL, "bib")
    ris = dict(line.split("  - ", 1) for line in get(client, CALL, "ris").split("\r\n") if line)
    assert (ris["ET"], ris["DA"], ris["TI"]) == ("version 2", f"{made.at:%Y/%m/%d}", "They speak once more")
    assert [*ris][:1] + [*ris][-1:] == ["TY", "ER"]
    (item,) = json.loads(get(client, CALL, "csl.json"))
    assert item["version"] == "2"
    assert item["issued"]["date-parts"] == [[made.at.year, made.at.month, made.at.day]]
    assert f"version 2, {made.at.day} {made.at:%B} {made.at.year}" in get(client, CALL, "txt")


def test_bibtex_keeps_its_braces_together() -> None:
    event = builders.event(CALL)
    event.title = NASTY
    text = citation.bibtex(event, publication(event.pk), "https://readout.example/")
    plain = re.sub(r"\\[{}]", "", text)
    assert plain.count("{") == plain.count("}")
    assert r"\& <tags> \{braces\} \$5 100\% \#1" in text


def test_ris_stays_on_its_lines() -> None:
    event = builders.event(CALL)
    event.summary = "One\r\nER  - \r\nTwo"
    text = citation.ris(event, publication(event.pk), "https://readout.example/")
    assert text.count("\r\nER  - ") == 1


def test_its_text_says_on_whose_word(client: Client) -> None:
    text = get(client, CALL, "txt")
    assert "According to Japan, Takaichi, to reporters, 25 November 2025:" in text
    assert "[declined" in text
    assert "Cite as:" in text


# Addresses ---------------------------------------------------------------------------------------------------


def test_former_slugs_and_short_addresses_outlive_renames(client: Client) -> None:
    html = client.get(f"/events/{CALL}/").content.decode()
    (short,) = re.findall(r'<link rel="shortlink" href="http://testserver([^"]+)">', html)
    with record.writing() as writer:
        writer.write({**record.of(builders.event(CALL)), "id": "renamed"}, event=builders.event(CALL))
    for form in FORMS:
        response = client.get(f"/events/{CALL}.{form}")
        assert (response.status_code, response["Location"]) == (301, f"/events/renamed.{form}")
        assert response["Access-Control-Allow-Origin"] == "*"
    assert client.get(short)["Location"] == "/events/renamed/"
    for nonsense in ("/e/zzzzzzzzzzzzz/", "/e/A-b/", "/e/0/"):
        assert client.get(nonsense).status_code == 404


def test_a_withdrawn_event_says_why_in_every_form(client: Client) -> None:
    title = builders.event(CALL).title
    with record.writing() as writer:
        writer.withdraw(builders.event(CALL), "It was another call.")
    day = f"{builders.event(CALL).withdrawn_at:%Y-%m-%d}"
    for form in FORMS:
        response = client.get(f"/events/{CALL}.{form}")
        text = response.content.decode()
        assert response.status_code == 410
        for words in ("It was another call.", day, f"/events/{CALL}/"):
            assert words in text, form
        assert title not in text
        assert response["Access-Control-Allow-Origin"] == "*"


def test_a_draft_has_no_form(client: Client) -> None:
    builders.write({**record.of(builders.event(CALL)), "id": "secret-draft", "links": []}, state=State.DRAFT)
    for slug, form in product(("secret-draft", "nobody-knows-it"), FORMS):
        response = client.get(f"/events/{slug}.{form}")
        assert response.status_code == 404, (slug, form)
        assert "There is no entry at this address." in response.content.decode()
        assert response["Access-Control-Allow-Origin"] == "*"
        assert ("json" in response["Content-Type"]) == ("json" in form)


# For machines that read the page -------------------------------------------------------------------------------


def described(client: Client, slug: str) -> dict[str, Any]:
    html = client.get(f"/events/{slug}/").content.decode()
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    found: dict[str, Any] = json.loads(text)
    return found


def test_the_page_describes_the_event_in_schema_orgs_words(client: Client) -> None:
    thing = described(client, CALL)
    assert thing["@type"] == "Event"
    assert thing["eventStatus"] == "https://schema.org/EventScheduled"
    assert thing["startDate"] == "2025-11-25"
    assert thing["duration"] == "PT25M"
    assert [one["name"] for one in thing["attendee"]] == ["Sanae Takaichi", "Donald Trump"]
    others = list(Event.objects.with_entry().filter(slug__in=OTHERS))
    made = publications([event.pk for event in others])
    things = {one.slug: jsonld.described(one, made[one.pk], "https://readout.example") for one in others}
    assert things[POSTPONED]["eventStatus"] == "https://schema.org/EventPostponed"
    assert things[PLANNED]["startDate"] == "2026"
    assert things[NOT_HELD]["@type"] == "Claim"
    statement = things[STATEMENT]
    assert statement["@type"] in ("Statement", "Quotation")
    assert statement["creator"][0]["name"] == "Sanae Takaichi"


def test_a_title_cannot_end_the_script(client: Client) -> None:
    builders.write({**record.of(builders.event(CALL)), "title": "They say </script><script>alert(1)</script>"})
    assert described(client, CALL)["name"] == "They say </script><script>alert(1)</script>"
    assert "alert(1)</script>" not in client.get(f"/events/{CALL}/").content.decode()


@rounds(4, 1000)
def test_every_event_can_be_described(number: int) -> None:
    published = Event.objects.published().with_entry()
    events = [event for kind in Kind for event in published.of_kind(kind)[:number]]
    publication_of = publications([event.pk for event in events])
    for event in events:
        made = publication_of[event.pk]
        thing = jsonld.described(event, made, "https://readout.example")
        assert all(value not in (None, "", []) for value in thing.values()), event.slug
        assert schema_org.faults(thing) == [], event.slug
        for text in (citation.bibtex, citation.ris, citation.csl):
            assert event.slug in text(event, made, "https://readout.example/")


def test_the_rules_of_schema_org_can_be_broken(client: Client) -> None:
    thing = described(client, CALL)
    for wrong in ({"invented": "x"}, {"@type": "Person"}, {"eventStatus": "x y"}, {"location": thing["attendee"][0]}):
        assert schema_org.faults({**thing, **wrong}), wrong


def test_the_page_has_tags_for_those_who_share_it(client: Client) -> None:
    response = client.get(f"/events/{CALL}/")
    html = response.content.decode()
    tags = dict(re.findall(r'<meta (?:property|name)="([a-z:_]+)" content="([^"]*)">', html))
    assert tags["og:title"] == builders.event(CALL).title
    assert tags["twitter:card"] == "summary_large_image"
    assert client.get(tags["og:image"].removeprefix("http://testserver"))["Content-Type"] == "image/png"
    assert 'rel="shortlink"' in response["Link"]
    assert f'<http://testserver/events/{CALL}.json>; rel="alternate"; type="application/json"' in response["Link"]


# The social card ---------------------------------------------------------------------------------------------


def drawn(client: Client, slug: str) -> Image.Image:
    response = client.get(f"/events/{slug}/card.png")
    assert response["Content-Type"] == "image/png"
    return Image.open(BytesIO(response.content)).convert("RGB")


def mark(image: Image.Image) -> Image.Image:
    return image.crop((72, 64, 168, 136))


def test_the_card_is_drawn_from_the_same_marks(client: Client) -> None:
    call, not_held = drawn(client, CALL), drawn(client, NOT_HELD)
    assert call.size == not_held.size == (1200, 630)
    ink = (21, 32, 28)
    # Two halves, apart: the middle is open. A meeting that did not take place is empty inside, in oxide.
    assert mark(call).getpixel((24, 36)) == ink
    assert mark(call).getpixel((48, 36)) != ink
    assert mark(not_held).getpixel((48, 36)) == mark(not_held).getpixel((0, 0))
    found: Any = mark(not_held).getcolors(10**6)
    red, green, _blue = min((colour for _count, colour in found), key=sum)
    assert red > 2 * green


def test_each_outcome_has_a_mark_of_its_own() -> None:
    for kind in ("meeting", "call", "statement"):
        marks = [card._mark(kind, occurrence, 72).tobytes() for occurrence in Occurrence.values]
        assert len(set(marks)) == len(Occurrence.values)


def test_the_card_has_the_names_letters() -> None:
    for name in (
        "高市早苗",
        "习近平",
        "李在明",
        "이재명",
        "Volodymyr Zelenskyy",
        "Володимир Зеленський",
        "Nguyễn Phú Trọng",
    ):
        assert card._has_all(name), name
    assert not card._has_all("ابو ظبي")


def test_what_the_card_has_no_letters_for_is_left_out() -> None:
    assert card._drawable("Takaichi and Trump (高市 と Трамп) speak") == "Takaichi and Trump (高市 と Трамп) speak"
    assert card._drawable("Xi و Trump") == "Xi … Trump"
    assert card._drawable("ترامب وتاكايتشي") == ""


@pytest.mark.parametrize("title", ["W" * 150 + "高" * 150, "a " * 150, "مرحبا"])
def test_the_card_takes_any_title(title: str) -> None:
    event = Event.objects.with_entry().get(slug=CALL)
    event.title = title
    made: Publication = publications([event.pk])[event.pk]
    assert Image.open(BytesIO(card.png(event, made, "h" * 300))).size == card.SIZE
