"""The Office of the Historian's records as events: what they support, and no more."""

import json
import shutil
from datetime import date
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests import builders
from timeline import roster
from timeline.ingest import dossier, historian
from timeline.ingest.historian import people, places, remarks
from timeline.models import Contact, Country, Event, Leader, Source, Version

SAMPLES = Path(__file__).parent / "samples" / "historian"
Row = dict[str, Any]


@pytest.fixture
def harvest(db: None) -> historian.Harvest:
    return historian.read(SAMPLES)


@pytest.fixture
def made(harvest: historian.Harvest) -> dict[str, Row]:
    """The events by their ids, without what they all begin with."""
    return {row["id"].removeprefix("historian-"): row for row in harvest.dossier.rows("events")}


@pytest.fixture
def leaders(harvest: historian.Harvest) -> dict[str, Row]:
    return {row["id"]: row for row in harvest.dossier.rows("leaders")}


def who(row: Row) -> list[str]:
    """The participants: leader or title, country, first letter of the role."""
    return [f"{one['leader'] or one['title']}, {one['country']}, {one['role'][0]}" for one in row["participants"]]


def ingest(directory: Path = SAMPLES, **options: Any) -> list[str]:
    out = StringIO()
    call_command("ingest", str(directory), format="historian", stdout=out, **options)
    return out.getvalue().splitlines()


# Visits -----------------------------------------------------------------------------------------------------------


def test_a_visit_has_its_host_without_a_name_where_none_is_told(made: dict[str, Row]) -> None:
    visit = made["visit-9002"]
    assert who(visit) == ["jawaharlal-nehru, IN, p", "President or Vice President, US, h"]
    assert (visit["format"], visit["date"]) == ("visit", "1949-10-11/1949-10-15")
    assert visit["title"] == "Prime Minister Nehru of India visits the United States"


def test_the_president_is_host_where_the_record_says_that_they_met(made: dict[str, Row]) -> None:
    meeting = made["visit-9009"]
    assert who(meeting) == ["toshiki-kaifu, JP, p", "george-h-w-bush, US, h"]
    assert (meeting["format"], meeting["date"], meeting["place"]) == ("bilateral", "1990-09-29", "New York City")


def test_the_day_of_the_meeting_is_taken_where_it_is_told(made: dict[str, Row]) -> None:
    assert made["visit-9006"]["date"] == "1982-11-04"
    assert made["visit-9012"]["date"] == "1993-04-21"
    assert made["visit-9006"]["title"] == "President Luis Alberto Monge Alvarez of Costa Rica meets President Reagan"


def test_an_official_visit_lasts_and_names_the_president_too(made: dict[str, Row]) -> None:
    visit = made["visit-9015"]
    assert (visit["format"], visit["date"], visit["place"]) == ("visit", "2017-02-10/2017-02-12", None)
    assert who(visit) == ["shinzo-abe, JP, p", "donald-trump, US, h"]


def test_a_crowd_is_multilateral_and_brings_nobody_together(made: dict[str, Row]) -> None:
    assert made["visit-9004"]["title"] == (
        "Emperor Haile Selassie I of Ethiopia attends the funeral of President Kennedy in the United States"
    )
    assert {made[name]["format"] for name in ("visit-9004", "visit-9016")} == {"multilateral"}


def test_a_meeting_put_off_is_no_meeting_with_the_president(made: dict[str, Row]) -> None:
    assert who(made["visit-9014"])[1:] == ["President or Vice President, US, h"]


def test_two_visitors_of_one_record_are_two_participants(made: dict[str, Row]) -> None:
    assert who(made["visit-9008"])[:2] == ["anwar-example, EG, p", "boutros-example, EG, p"]


def test_a_name_that_is_not_whole_makes_no_leader(made: dict[str, Row], leaders: dict[str, Row]) -> None:
    assert who(made["visit-9003"])[0] == "Prime Minister Nobody, PT, p"
    assert not [slug for slug in leaders if "nobody" in slug]


# Trips ------------------------------------------------------------------------------------------------------------


def test_those_of_another_country_stand_in_an_event_of_their_own(made: dict[str, Row]) -> None:
    assert who(made["travel-8001"]) == ["jimmy-carter, US, p", "President Furgler, CH, h"]
    assert who(made["travel-8001-sy"]) == ["jimmy-carter, US, p", "hafez-al-assad, SY, p"]
    assert made["travel-8001-sy"]["title"] == "President Carter meets President Assad of Syria in Geneva"


def test_a_surname_is_the_leader_of_that_title_and_time(made: dict[str, Row]) -> None:
    assert who(made["travel-8006"]) == ["james-baker, US, p", "mikhail-gorbachev, SUHH, h"]
    assert who(made["travel-8005"]) == ["donald-trump, US, p", "shinzo-abe, JP, h", "akihito-of-japan, JP, h"]


def test_a_state_visit_without_names_has_the_government_as_host(made: dict[str, Row]) -> None:
    assert who(made["travel-8002"]) == ["jimmy-carter, US, p", "Government of Egypt, EG, h"]
    assert made["travel-8002"]["title"] == "President Carter pays a state visit to Egypt"


def test_what_tells_of_no_meeting_is_left_out_with_a_reason(harvest: historian.Harvest) -> None:
    assert {one.id: one.reason for one in harvest.skipped} == {
        "9013": "no known country: Atlantis (atlantis)",
        "8003": "a gathering or a speech; it doesn't say who met whom",
        "8004": "a stop or a holiday; it names nobody who was met",
        "8007": "not of which country they were: General Secretary Gorbachev",
        "8008": "a gathering or a speech; it doesn't say who met whom",
        "8009": "accompanied the president, whose own record says whom he met",
        "8010": "it names nobody who was met",
    }


# Leaders ----------------------------------------------------------------------------------------------------------


def test_a_post_whose_end_is_not_recorded_is_not_held_still(db: None) -> None:
    builders.cast()
    builders.leader("nehru", "Jawaharlal Nehru", "JP", since="../1949-10-11", until="1961-11-09/..")
    (post,) = Leader.objects.get(slug="nehru").posts.select_related("country")
    today = date(2026, 1, 1)
    assert roster.post_words(post, today).endswith(", as of 9 November 1961")
    (office,) = roster.offices([post])
    assert office.terms == ["recorded from 11 Oct 1949 to 9 Nov 1961"]
    post.since = ""
    assert roster.offices([post])[0].terms == ["recorded until 9 Nov 1961"]
    post.until = "1961"
    assert roster.offices([post])[0].terms == ["until 1961"]


def test_two_spellings_are_one_leader_where_one_is_part_of_the_other(leaders: dict[str, Row]) -> None:
    assert leaders["mikhail-gorbachev"]["other_names"] == ["Mikhail S. Gorbachev"]
    assert leaders["mikhail-gorbachev"]["posts"] == [
        {"title": "General Secretary", "country": "SUHH", "since": "../1987-12-07", "until": "1987-12-11/1990-05-29"},
        {"title": "President", "country": "SUHH", "since": "1987-12-11/1990-05-30", "until": "1991-03-16/.."},
    ]


def test_what_looks_alike_is_told_and_kept_apart(harvest: historian.Harvest, leaders: dict[str, Row]) -> None:
    assert "visits/1990.xml, record 9012: Vaclav Havel (CZ, 1993-1993) may be Vaclav Havell." in harvest.doubtful
    assert "visits/1940.xml, record 9003: Prime Minister Nobody (PT) has no whole name." in harvest.doubtful
    assert {"vaclav-havel", "vaclav-havell"} <= set(leaders)


def test_a_monarch_is_told_apart_by_the_country(leaders: dict[str, Row]) -> None:
    assert leaders["kalakaua-of-the-kingdom-of-hawaii"]["name"] == "Kalakaua of the Kingdom of Hawaii"
    assert leaders["haile-selassie-i"]["family_name"] == "Haile Selassie I"


@pytest.mark.django_db
def test_a_known_leader_is_found_by_name_and_country() -> None:
    builders.leader("abe-shinzo", "Shinzo Abe", "JP", since="2012-12-26", until="2020-09-16")
    builders.leader("toshiki-kaifu", "Toshiki Kaifu", "BR")
    harvest = historian.read(SAMPLES)
    found = {row["id"]: who(row)[0] for row in harvest.dossier.rows("events")}
    assert found["historian-visit-9015"] == "abe-shinzo, JP, p"
    assert found["historian-visit-9009"] == "toshiki-kaifu-japan, JP, p"
    assert "abe-shinzo" not in [row["id"] for row in harvest.dossier.rows("leaders")]
    assert any("has the name of the known toshiki-kaifu" in doubt for doubt in harvest.doubtful)


@pytest.mark.parametrize(
    ("name", "country", "family"),
    [
        ("Shinzo Abe", "JP", "Abe"),
        ("Park Chung Hee", "KR", "Park"),
        ("Luis Alberto Monge Alvarez", "CR", "Monge"),
        ("Miguel de la Madrid Hurtado", "MX", "de la Madrid"),
        ("Luiz Inacio Lula da Silva", "BR", "da Silva"),
        ("Benigno S. Aquino, 3rd", "PH", "Aquino"),
        ("Dr. Willem (Wim) Kok", "NL", "Kok"),
        ("Nuri al-Maliki", "IQ", "al-Maliki"),
    ],
)
def test_a_family_name_is_what_short_mentions_use(name: str, country: str, family: str) -> None:
    assert people.family_name(name, country) == family


def test_namesakes_a_generation_apart_are_two() -> None:
    def mention(year: int) -> people.Mention:
        return people.Mention("Prime Minister", "John Example", "GB", date(year, 1, 1), date(year, 1, 2))

    cast = people.Cast([])
    for year in (1950, 1952, 2004):
        cast.learn(mention(year))
    cast.settle()
    found = [cast.find(mention(year)) for year in (1950, 1952, 2004)]
    assert [one.slug for one in found if one] == ["john-example", "john-example", "john-example-united-kingdom"]


def test_the_bundled_tables_hold_together() -> None:
    codes = set(places.states())
    assert {country for country, _, _ in people._surnames()} <= codes
    assert {country for country, _ in people._spellings()} <= codes
    terms = [one for one in people.offices() if one.title == "President"]
    assert all(one.until == other.since for one, other in pairwise(terms))


# Remarks ----------------------------------------------------------------------------------------------------------

READ: list[tuple[str, list[str]]] = [
    ("Met with President Furgler.", ["President Furgler"]),
    ("Met with President Reddy and Prime Minister Desai.", ["President Reddy", "Prime Minister Desai"]),
    ("Met with German Chancellor Schmidt, British Prime Minister Callaghan, and King Hussein of Jordan.",
     ["Chancellor Schmidt DE", "Prime Minister Callaghan GB", "King Hussein JO"]),
    ("Discussed peace with Prime Minister Begin and senior officials.", ["Prime Minister Begin"]),
    ("Met with Deputy Prime Minister and Foreign Minister Antonio Tajani.", ["Foreign Minister Antonio Tajani"]),
    ("Met with Congolese President Someone.", ["President Someone ?"]),
    ("Was to meet with President Example.", []),
    ("Attempted to meet with President Example.", []),
    ("A meeting with President Example was cancelled.", []),
    ("Attended the funeral of King Example.", []),
    ("Met with former President Example and opposition leader Someone Else.", []),
    ("Accompanied President Ford to talks with President Example.", []),
    ("Joined President Ford for meetings with Soviet General Secretary Brezhnev.", []),
    ("Met with the Foreign Ministers of Egypt and Jordan.", []),
    ("Met with President Example to discuss the visit of Prime Minister Other.", ["President Example"]),
    ("Audience with Pope Paul VI.", ["Pope Paul VI"]),
    ("Met with President J.R. Example.", ["President J.R. Example"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), READ, ids=[text for text, _ in READ])
def test_a_remark_names_only_those_who_were_met(text: str, expected: list[str]) -> None:
    found = remarks.companions(text)
    assert [f"{one.title} {one.name} {one.country}".strip() for one in found] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Met with President Nixon April 1.", [("Nixon", date(1969, 4, 1))]),
        ("Met with President Nixon.", [("Nixon", None)]),
        ("Attended a funeral; met with President Nixon March 31 and April 1.", [("Nixon", None)]),
        ("Attended funeral of President Eisenhower.", []),
        ("At the invitation of President Nixon.", []),
        ("A meeting with President Nixon was postponed.", []),
        ("Met with officials of President Nixon.", []),
    ],
)
def test_a_visit_names_its_host_only_where_they_met(text: str, expected: list[tuple[str, date | None]]) -> None:
    found = remarks.hosts(text, date(1969, 3, 31), date(1969, 4, 2))
    assert [(one.name, one.day) for one in found] == expected


@pytest.mark.parametrize(
    ("identity", "words", "day", "code"),
    [
        ("russia", "U.S.S.R.", date(1985, 1, 1), "SUHH"),
        ("russia", "Russia", date(1995, 1, 1), "RU"),
        ("hawaii", "Hawaii", date(1874, 1, 1), "XHW"),
        ("vietnam", "Vietnam", date(1957, 1, 1), "XVS"),
        ("vietnam", "Vietnam", date(2000, 1, 1), "VN"),
        ("yugoslavia", "Yugoslavia", date(1970, 1, 1), "YUCS"),
        ("german-democratic-republic", "German Democratic Republic", date(1975, 1, 1), "DDDE"),
        ("zimbabwe", "Southern Rhodesia (Zimbabwe)", date(1976, 1, 1), "RHZW"),
        ("netherlands-antilles", "Netherlands Antilles", date(2000, 1, 1), "ANHH"),
        ("atlantis", "Atlantis", date(2000, 1, 1), None),
    ],
)
def test_a_state_of_its_time_has_its_own_code(identity: str, words: str, day: date, code: str | None) -> None:
    assert places.code(identity, words, day) == code


@pytest.mark.django_db
def test_the_table_of_countries_is_in_the_database() -> None:
    assert set(places.states()) <= set(Country.objects.values_list("code", flat=True))


# The whole way ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_all_of_it_goes_into_the_record_and_again_changes_nothing() -> None:
    told = ingest()
    assert told[-1] == "Created 20, updated 0, unchanged 0, kept as edited 0."
    assert told[-2] == "16 visits and 10 trips were read: 20 events, 22 new leaders, 7 records left out, 3 doubts."
    assert "Left out: visits/1990.xml, record 9013: no known country: Atlantis (atlantis)" in told
    versions = Version.objects.count()
    assert ingest()[-1] == "Created 0, updated 0, unchanged 20, kept as edited 0."
    assert Version.objects.count() == versions
    assert Source.objects.get(slug="historian-visit-9001").url == (
        "https://history.state.gov/departmenthistory/visits/hawaii"
    )
    assert Source.objects.get(slug="historian-travel-8006").url == (
        "https://history.state.gov/departmenthistory/travels/secretary/baker-james-addison"
    )


@pytest.mark.django_db
def test_contacts_are_between_those_who_met_only() -> None:
    ingest()
    pairs = set(Contact.objects.values_list("leader_a__slug", "leader_b__slug"))
    assert ("toshiki-kaifu", "george-h-w-bush") in pairs
    assert not [pair for pair in pairs if "haile-selassie-i" in pair]
    assert not Contact.objects.exclude(country_a="US").exclude(country_b="US").exists()


@pytest.mark.django_db
def test_a_dry_run_tells_all_and_writes_nothing() -> None:
    told = ingest(dry_run=True)
    assert told[-1] == "Dry run, nothing was written. Created 20, updated 0, unchanged 0, kept as edited 0."
    assert not Event.objects.exists()
    assert not Leader.objects.exists()


@pytest.mark.django_db
def test_the_report_is_json_on_wish() -> None:
    out = StringIO()
    call_command("ingest", str(SAMPLES), "--json", format="historian", stdout=out)
    found = json.loads(out.getvalue())
    assert (found["created"], found["visits"], len(found["skipped"])) == (20, 16, 7)


def test_what_it_makes_holds_to_the_schema(harvest: historian.Harvest) -> None:
    assert dossier.faults(harvest.dossier.content, "samples") == []


# What can't be read ---------------------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A copy of the samples to spoil."""
    shutil.copytree(SAMPLES, tmp_path / "own")
    return tmp_path / "own"


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<visits><visit><id>&b;</id></visit></visits>"
)
OUTSIDE = '<!DOCTYPE visits [<!ENTITY x SYSTEM "file:///etc/hostname">]><visits>&x;</visits>'


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BOMB, "visits/1999.xml: Expected XML without a document type or entities."),
        (OUTSIDE, "visits/1999.xml: Expected XML without a document type or entities."),
        ("<visits><visit>", "visits/1999.xml: Expected XML ("),
        ("", "visits/1999.xml: Expected XML ("),
        ("<visits><trip/></visits>", "visits/1999.xml: <trip>: Expected visit elements only (element 1)."),
        ("<visits><visit/></visits>", "visits/1999.xml: <visit>: Expected an element id in each."),
        (
            "<visits><visit><id>1</id><start-date>May 1990</start-date></visit></visits>",
            "visits/1999.xml: May 1990: Expected a day as in 1990-01-26 in start-date of record 1.",
        ),
        (
            "<visits><visit><id>1</id><start-date>1990-01-02</start-date><end-date>1990-01-01</end-date></visit></visits>",
            "visits/1999.xml: 1990-01-01: Expected no day before 1990-01-02 in record 1.",
        ),
        ('<?xml version="1.0" encoding="nonsense"?><visits/>', "visits/1999.xml: Expected XML ("),
    ],
    ids=["bomb", "outside entity", "cut off", "empty", "other element", "no id", "no day", "backwards", "encoding"],
)
def test_a_file_that_is_none_writes_nothing(own: Path, text: str, expected: str) -> None:
    (own / "visits" / "1999.xml").write_text(text)
    with pytest.raises(CommandError) as error:
        ingest(own)
    assert str(error.value).startswith(expected)
    assert str(error.value).endswith("Nothing was written.")
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_one_id_in_two_files_is_refused(own: Path) -> None:
    shutil.copy(own / "visits" / "1870.xml", own / "visits" / "1875.xml")
    with pytest.raises(CommandError, match=r"visits/1875.xml: id 9001: visits/1870.xml has another record of this id"):
        ingest(own)


@pytest.mark.django_db
def test_missing_directories_are_told(own: Path) -> None:
    with pytest.raises(CommandError, match="no such directory"):
        ingest(own / "nowhere")
    shutil.rmtree(own / "travels" / "secretary-travels")
    with pytest.raises(CommandError, match="there is no travels/secretary-travels"):
        ingest(own)
    with pytest.raises(CommandError, match="Expected one directory"):
        call_command("ingest", format="historian")
