"""Dossiers into the record: all of them or nothing, told in words, and never over an editor's work."""

import copy
import json
import random
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from tests import builders
from tests.builders import account, call, event, meeting, person, statement
from tests.rounds import seeds
from timeline import record
from timeline.ingest import dossier
from timeline.models import Country, Event, Leader, Link, Origin, Post, Source, State, Topic, Version

pytestmark = pytest.mark.django_db
BUNDLED = len(builders.bundled_events())


def small(name: str = "small", **parts: Any) -> dict[str, Any]:
    """A dossier with something of everything."""
    people = [("sanae-takaichi", "JP"), ("donald-trump", "US"), ("xi-jinping", "CN")]
    return {
        "dossier": name,
        "title": "A small dossier",
        "sources": [
            {
                "id": "jiji",
                "publisher": "Jiji Press",
                "title": "What was said",
                "url": "https://example.org/1",
                "published": "2025-11-25",
                "language": "en",
                "archived_url": None,
            }
        ],
        "leaders": [
            {
                "id": slug,
                "name": slug.title(),
                "family_name": slug.split("-")[1].title(),
                "native_name": "高市早苗",
                "native_language": "ja",
                "other_names": ["PM"],
                "wikidata": "Q1",
                "posts": [{"title": "Head", "country": code, "since": "2025-01-20", "until": None}],
            }
            for slug, code in people
        ],
        "topics": [{"id": "taiwan", "name": "Taiwan"}],
        "events": [
            call(
                topics=["taiwan"],
                duration_minutes=25,
                duration_approximate=True,
                initiated_by="US",
                time_zone="Asia/Tokyo",
                part_of_day="morning",
                readouts=[account("JP", "They spoke.", given_by="sanae-takaichi", source="jiji", date="2025-11-25")],
                links=[{"relation": "about", "event": "statement"}],
            ),
            meeting(
                format="summit",
                place="Tokyo",
                country="JP",
                participants=[person("xi-jinping"), {"role": "host", "country": "JP", "title": "Vice ministers"}],
            ),
            statement(
                about="meeting", words="Good.", citations=[{"source": "jiji", "supports": ["words"], "excerpt": "G"}]
            ),
        ],
        **parts,
    }


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(content: Any, name: str = "dossier.json") -> Path:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write


def ingest(*files: Path, **options: Any) -> str:
    out = StringIO()
    call_command("ingest", *files, stdout=out, **options)
    return out.getvalue().strip()


def fails(*files: Path) -> list[dict[str, str]]:
    """The faults that ingest names; and nothing was written."""
    before = builders.dump()
    faults = told(*files)
    assert builders.dump() == before
    return faults


def told(*files: Path) -> list[dict[str, str]]:
    """The faults that ingest names, as JSON and in the same words."""
    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("ingest", *files, json=True, stdout=out)
    assert error.value.returncode == 1
    assert str(error.value).endswith("Nothing was written.")
    faults: list[dict[str, str]] = json.loads(out.getvalue())["faults"]
    for fault in faults:
        assert fault["file"] in [str(path) for path in files]
        assert fault["expected"].endswith((".", "?"))
        line = f"{fault['file']} {fault['pointer']}".rstrip()
        assert line in str(error.value)
    assert faults
    return faults


def at(pointer: str, content: Any) -> Any:
    """What stands at a JSON Pointer, or KeyError."""
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        content = content[int(step)] if isinstance(content, list) else content[step]
    return content


# The bundled dossiers ----------------------------------------------------------------------------------------


def test_it_brings_the_bundled_dossiers_in_and_then_changes_nothing():
    assert ingest() == f"Created {BUNDLED}, updated 0, unchanged 0, kept as edited 0."
    assert Event.objects.published().count() == BUNDLED == 72
    before = builders.dump()
    assert ingest() == f"Created 0, updated 0, unchanged {BUNDLED}, kept as edited 0."
    assert json.loads(ingest(json=True, dry_run=True)) == {
        "dry_run": True,
        "created": 0,
        "updated": 0,
        "unchanged": BUNDLED,
        "kept": 0,
    }
    assert builders.dump() == before
    assert set(Version.objects.values_list("number", "public_number", "origin")) == {(1, 1, "ingest")}


def test_a_dry_run_reads_all_and_writes_nothing(write):
    told = "Dry run, nothing was written. Created 3, updated 0, unchanged 0, kept as edited 0."
    before = builders.dump()
    assert ingest(write(small()), dry_run=True) == told
    assert builders.dump() == before


@pytest.mark.parametrize("path", dossier.bundled(), ids=lambda path: path.stem)
def test_it_finds_no_fault_in_a_bundled_dossier(path):
    read = dossier.read(path)
    assert read.name == path.stem
    known = {row["id"] for row in builders.bundled_events()}
    for row in read.rows("events"):
        assert {link["event"] for link in row.get("links", [])} <= known
        sides = {one["side"] for one in row["readouts"] if one.get("issued", True)}
        certainties = {point["certainty"] for one in row["readouts"] for point in one["points"]}
        assert "confirmed" not in certainties or len(sides) > 1


# What is no dossier ------------------------------------------------------------------------------------------

NO_DOSSIERS: dict[str, tuple[Any, str]] = {
    "nothing": ("", "Expected JSON (line 1, column 1"),
    "blanks": ("  \n", "Expected JSON"),
    "half a file": ('{"dossier": ', "Expected JSON"),
    "bytes": (b"\x89PNG\r\n\x1a\n\x00\xff", "Expected UTF-8 text (byte 0 is none)."),
    "another encoding": ("{}".encode("utf-16"), "Expected UTF-8 text"),
    "twins": ('{"dossier": "a", "dossier": "b"}', "the key “dossier” stands twice"),
    "no number": ('{"dossier": NaN}', "NaN is no JSON value"),
    "no end": ('{"dossier": -Infinity}', "-Infinity is no JSON value"),
    "a bottomless list": ("[" * 100_000, "Expected JSON"),
    "a deep list": ("[" * 100_000 + "]" * 100_000, "Expected JSON"),
    "an endless number": ('{"dossier": ' + "9" * 5000 + "}", "Expected JSON"),
    "a list": ("[]", "Expected A dossier"),
    "null": ("null", "Expected A dossier"),
    "an empty object": ("{}", "Expected the keys dossier, title, events."),
}


def test_it_refuses_as_a_dossier(write):
    faults = fails(*(write(content, f"{what}.json") for what, (content, _said) in NO_DOSSIERS.items()))
    first = {Path(fault["file"]).stem: fault for fault in reversed(faults)}
    for what, (_content, said) in NO_DOSSIERS.items():
        assert said in first[what]["expected"], what
        assert first[what]["pointer"] == "", what


def test_it_bears_any_depth(write):
    depths = range(50, 1000, 50)
    faults = fails(*(write('{"dossier": ' + "[" * depth + "]" * depth + "}", f"{depth}.json") for depth in depths))
    assert {int(Path(fault["file"]).stem) for fault in faults} == {*depths}


def test_it_refuses_a_file_that_is_not_there(tmp_path):
    assert fails(tmp_path / "none.json")[0]["expected"] == "The file can't be read: No such file or directory."
    assert fails(tmp_path)[0]["expected"] == "The file can't be read: Is a directory."


def test_it_reads_a_file_with_a_byte_order_mark(write):
    assert ingest(write(b"\xef\xbb\xbf" + json.dumps(small()).encode())).startswith("Created 3")


def test_it_names_the_faults_of_all_files(write):
    broken = small()
    broken["events"][0]["kind"] = "letter"
    del broken["events"][1]["title"]
    faults = fails(write("[", "one.json"), write(broken, "two.json"), write(small("third"), "three.json"))
    assert [(Path(fault["file"]).name, fault["pointer"]) for fault in faults] == [
        ("one.json", ""),
        ("two.json", "/events/0/kind"),
        ("two.json", "/events/1"),
    ]


FAULTS: dict[str, tuple[str, Any, str]] = {
    "a bad kind": ("/events/0/kind", "letter", "Expected one of meeting, call, statement."),
    "a bad slug": ("/events/0/id", "A b", "Expected lower-case letters"),
    "a slug with a line's end": ("/events/0/id", "call\n", "Expected lower-case letters"),
    "a title with a line's end": ("/events/0/title", "They speak\n", "Expected one line"),
    "a nought in a title": ("/events/0/title", "\0", "NUL"),
    "a nought in a name": ("/leaders/0/name", "\0", "NUL"),
    "a nought in an address": ("/sources/0/url", "https://example.org/\0", "NUL"),
    "half a character": ("/events/0/title", "They \ud800 speak", "half a character"),
    "half a character in a summary": ("/events/0/summary", "\udfff", "half a character"),
    "a bad date": ("/events/0/date", "2025-02-30", "February 2025 has no day 30."),
    "a date in words": ("/events/0/date", "yesterday", "Expected an EDTF date"),
    "a bad day of a source": ("/sources/0/published", "2025-13", "there is no month 13"),
    "a post that ends first": ("/leaders/0/posts/0/until", "2024", "Expected a day after 2025-01-20"),
    "a post nowhere": ("/leaders/0/posts/0/country", "XY", "Expected a country that Readout knows."),
    "a long title": ("/events/0/title", "a" * 301, "Expected at most 300 characters."),
    "a long leader": ("/leaders/0/name", "a" * 201, "Expected at most 200 characters."),
    "a long family name": ("/leaders/0/family_name", "a" * 101, "Expected at most 100 characters."),
    "a long native name": ("/leaders/0/native_name", "a" * 201, "Expected"),
    "a long post": ("/leaders/0/posts/0/title", "a" * 201, "Expected at most 200 characters."),
    "a time zone of no country": ("/countries/0/time_zone", "Mars/Base", "Expected an IANA time zone"),
    "a folder of time zones": ("/countries/0/time_zone", "America", "Expected an IANA time zone"),
    "a country under another's name": ("/countries/0/name", "Japan", "The country “JP” has this name"),
    "a long topic": ("/topics/0/name", "a" * 121, "Expected at most 120 characters."),
    "a long delegation": ("/events/1/participants/1/title", "a" * 201, "Expected"),
    "an endless call": ("/events/0/duration_minutes", 10**30, "Expected whole minutes"),
    "half a minute": ("/events/0/duration_minutes", 0.5, "Expected whole minutes"),
    "a leader nobody knows": ("/events/0/participants/0/leader", "nobody", "The leader “nobody” is not known."),
    "an event nobody knows": ("/events/0/links/0/event", "nothing", "Expected an event of these dossiers"),
    "a link to itself": ("/events/0/links/0/event", "call", "linked to itself"),
    "an id twice": ("/events/1/id", "call", "Expected an id that no other of the events has."),
    "too many topics": ("/events/0/topics", [f"topic-{n}" for n in range(1001)], "Expected at most"),
}


def test_it_refuses(write):
    before = builders.dump()
    for what, (pointer, value, said) in FAULTS.items():
        broken = small(countries=[{"code": "XQQ", "name": "Qumar"}])
        parent, _, last = pointer.rpartition("/")
        holder = at(parent, broken)
        holder[int(last) if isinstance(holder, list) else last] = value
        expected = [fault["expected"] for fault in told(write(broken)) if fault["pointer"] == pointer]
        assert said in " ".join(expected), what
    assert builders.dump() == before


def test_it_refuses_a_topic_under_another_name_of_its_own(write):
    builders.topic("formosa", "Taiwan")
    (fault,) = fails(write(small()))
    assert fault["pointer"] == "/topics/0/name"
    assert "“formosa”" in fault["expected"]
    twice = small(topics=[{"id": "taiwan", "name": "Strait"}, {"id": "strait", "name": "Strait"}])
    assert fails(write(twice))[0]["pointer"] == "/topics/1/name"


def test_it_refuses_two_countries_of_one_name_or_one_code(write):
    qumar = {"code": "XQQ", "name": "Qumar"}
    of_one_name = small(countries=[qumar, {"code": "XQR", "name": "Qumar"}])
    (fault,) = fails(write(of_one_name))
    assert (fault["pointer"], fault["value"]) == ("/countries/1/name", '"Qumar"')
    assert "“XQQ”" in fault["expected"]
    (fault,) = fails(write(small(countries=[qumar, {**qumar, "name": "Sultanate of Qumar"}])))
    assert fault["pointer"] == "/countries/1/code"
    other = small("other", countries=[{**qumar, "capital": "Jabal Nafusah"}])
    (fault,) = fails(write(small(countries=[qumar]), "1.json"), write(other, "2.json"))
    assert (Path(fault["file"]).name, fault["pointer"]) == ("2.json", "/countries/0/code")


def test_it_takes_a_name_that_a_country_gives_up_and_passes_over_one_that_it_keeps_as_edited(write):
    renamed = [{"code": "JA", "name": "Japan"}, {"code": "JP", "name": "Nippon"}]
    path = write(small(countries=renamed))
    assert ingest(path).startswith("Created 3")
    assert dict(Country.objects.filter(code__in=["JA", "JP"]).values_list("code", "name")) == {
        "JA": "Japan",
        "JP": "Nippon",
    }
    with record.writing():
        Country.objects.filter(code="JP").update(name="Yamato")
        Country.objects.filter(code="CN").update(name="Nippon")
    assert ingest(path).startswith("Created 0, updated 0, unchanged 3")


# Broken at random --------------------------------------------------------------------------------------------

NONSENSE: list[Any] = [
    None,
    "",
    " ",
    "x",
    "nobody",
    "é",
    "a" * 130,
    "a" * 250,
    "a" * 6000,
    "a\nb",
    "jp",
    "XY",
    "call",
    "statement",
    "2025-02-30",
    "2026/2025",
    "../..",
    "-",
    "\0",
    "\ud800",
    "💥",
    0,
    1,
    -1,
    25.0,
    2.5,
    10**9,
    10**40,
    1e308,
    True,
    False,
    [],
    {},
    ["x"],
    [None],
    {"x": 1},
    [[]],
]


def _places(content: Any, path: tuple = ()) -> list[tuple]:
    found = [path] if path else []
    if isinstance(content, dict | list):
        for step, value in content.items() if isinstance(content, dict) else enumerate(content):
            found += _places(value, (*path, step))
    return found


def _broken(chance: random.Random) -> dict[str, Any]:
    content = small()
    for _ in range(chance.choice([1, 1, 1, 2])):
        *way, last = chance.choice(_places(content))
        holder: Any = content
        for step in way:
            holder = holder[step]
        others = [place for place in _places(content) if place[-1] == last]
        match chance.choice(["drop", "replace", "replace", "replace", "copy", "swap", "new"]):
            case "drop":
                del holder[last]
            case "replace":
                holder[last] = copy.deepcopy(chance.choice(NONSENSE))
            case "copy" if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[last]))
            case "swap":
                value: Any = content
                for step in chance.choice(others):
                    value = value[step]
                holder[last] = copy.deepcopy(value)
            case _ if isinstance(holder, dict):
                holder[chance.choice(["x", "id", "title", "~/"])] = chance.choice(NONSENSE)
    return content


@seeds(1, 60, long=21)
def test_it_takes_or_refuses_any_broken_dossier(seed, write):
    chance = random.Random(seed)
    before = builders.dump()
    for number in range(4 if seed == 0 else 10):
        content = _broken(chance)
        path, out = write(content, f"{number}.json"), StringIO()
        with transaction.atomic():
            try:
                call_command("ingest", path, json=True, stdout=out)
            except CommandError:
                for fault in json.loads(out.getvalue())["faults"]:
                    assert fault["file"] == str(path)
                    assert fault["expected"].endswith((".", "?"))
                    try:
                        at(fault["pointer"], content)
                    except (KeyError, IndexError):
                        at(fault["pointer"].rpartition("/")[0], content)
                assert builders.dump() == before
            else:
                assert ingest(path).startswith("Created 0, updated 0, unchanged")
            transaction.set_rollback(True)  # so that the next begins afresh


# Links -------------------------------------------------------------------------------------------------------


def test_it_links_across_files_and_to_what_is_known(write):
    first = small()
    second = small("second", events=[call("second", links=[{"relation": "follows_up", "event": "call"}])])
    third = small("third", events=[meeting("third", links=[{"relation": "prepares", "event": "second"}])])
    assert ingest(write(third, "3.json"), write(second, "2.json"), write(first, "1.json")).startswith("Created 5")
    fourth = small("fourth", events=[meeting("fourth", links=[{"relation": "about", "event": "third"}])])
    assert ingest(write(fourth, "4.json")).startswith("Created 1")
    assert set(
        Link.objects.filter(event__slug__in=["second", "third", "fourth"]).values_list("target__slug", flat=True)
    ) == {
        "call",
        "second",
        "third",
    }


def test_it_takes_what_two_dossiers_say_alike_once_and_refuses_what_they_say_otherwise(write):
    files = [write(small(), "1.json"), write(small("second"), "2.json")]
    assert ingest(*files) == "Created 3, updated 0, unchanged 3, kept as edited 0."
    other = small("third")
    other["leaders"][1]["name"] = "Somebody Else"
    (fault,) = fails(files[0], write(other, "3.json"))
    assert (Path(fault["file"]).name, fault["pointer"]) == ("3.json", "/leaders/1/id")
    assert "1.json has another of this id" in fault["expected"]


# Editors and updates -----------------------------------------------------------------------------------------


def edited(slug: str, **changes: Any) -> None:
    with record.writing(origin=Origin.EDITOR) as writer:
        writer.write({**record.of(event(slug)), **changes}, event=event(slug))


def test_it_updates_what_nobody_edited_and_keeps_what_an_editor_did(write):
    path = write(small())
    ingest(path)
    edited("call", title="They speak, says the editor")
    before = builders.dump()
    assert ingest(path) == "Created 0, updated 0, unchanged 2, kept as edited 1."
    assert builders.dump() == before
    update = small()
    for row in update["events"]:
        row["summary"] = "Now with a summary."
    assert ingest(write(update)) == "Created 0, updated 2, unchanged 0, kept as edited 1."
    assert (event("call").title, event("call").summary) == ("They speak, says the editor", "")
    assert event("meeting").summary == "Now with a summary."
    assert list(event("meeting").versions.values_list("number", "public_number", "origin")) == [
        (1, 1, "ingest"),
        (2, 2, "ingest"),
    ]
    edited("call", title=update["events"][0]["title"])
    assert ingest(write(update)) == "Created 0, updated 1, unchanged 2, kept as edited 0.", "the editor took it back"


def test_it_counts_an_edit_to_the_same_as_unchanged(write):
    ingest(write(small()))
    edited("meeting", place="Kyoto")
    update = small()
    update["events"][1]["place"] = "Kyoto"
    assert ingest(write(update)) == "Created 0, updated 0, unchanged 3, kept as edited 0."


def test_it_leaves_alone_what_is_no_longer_published(write):
    path = write(small())
    ingest(path)
    with record.writing() as writer:
        writer.withdraw(event("call"), "Wrong.")
    with record.writing() as writer:
        writer.write(meeting("draft"), state=State.DRAFT)
    before = builders.dump()
    with_draft = small()
    with_draft["events"].append(meeting("draft"))
    assert ingest(write(with_draft)) == "Created 0, updated 0, unchanged 2, kept as edited 2."
    assert builders.dump() == before


def test_it_finds_an_event_by_its_former_slug(write):
    path = write(small())
    ingest(path)
    edited("statement", id="said")
    before = builders.dump()
    assert ingest(path) == "Created 0, updated 0, unchanged 2, kept as edited 1."
    assert builders.dump() == before
    update = small()
    update["events"][0]["summary"] = "Now with a summary."
    assert ingest(write(update)) == "Created 0, updated 1, unchanged 1, kept as edited 1."
    assert record.of(event("call"))["links"] == [{"relation": "about", "event": "said"}]


def test_it_keeps_an_edited_leader_source_and_topic_and_updates_the_rest(write):
    ingest(write(small()))
    with record.writing():
        Leader.objects.filter(slug="donald-trump").update(name="Donald J. Trump")
        Post.objects.filter(leader__slug="xi-jinping").update(title="President")
        Source.objects.update(title="What the editor wrote")
        Topic.objects.update(name="Formosa")
    update = small()
    for row in update["leaders"]:
        row["name"] = f"{row['name']} II"
    update["sources"][0]["title"] = "What the dossier says now"
    update["topics"][0]["name"] = "Taiwan Strait"
    before = builders.dump()
    assert ingest(write(small())).startswith("Created 0, updated 0, unchanged 3")
    assert builders.dump() == before
    assert ingest(write(update)).startswith("Created 0, updated 0, unchanged 3")
    assert list(Leader.objects.order_by("slug").values_list("name", flat=True)) == [
        "Donald J. Trump",
        "Sanae-Takaichi II",
        "Xi-Jinping",
    ]
    assert Source.objects.get().title == "What the editor wrote"
    assert Topic.objects.get().name == "Formosa"
