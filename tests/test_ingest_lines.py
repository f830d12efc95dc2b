"""JSON Lines into the record: a thousand at a time, told in words, and on from where it stopped."""

import json
import os
import signal
import subprocess
import sys
import tracemalloc
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tests import builders
from tests.builders import call, meeting, statement
from tests.rounds import fewer
from timeline.ingest import dossier, lines
from timeline.models import Change, Event, Import, Leader, Source, Topic, Version

Row = dict[str, Any]

SOURCE: Row = {"source": {"id": "jiji", "publisher": "Jiji Press", "title": "What was said", "published": "2025-11"}}
TOPIC: Row = {"topic": {"id": "taiwan", "name": "Taiwan"}}
LEADERS: list[Row] = [
    {
        "leader": {
            "id": slug,
            "name": slug.replace("-", " ").title(),
            "family_name": slug.split("-")[1].title(),
            "posts": [{"title": "Head", "country": code}],
        }
    }
    for slug, code in (("sanae-takaichi", "JP"), ("donald-trump", "US"), ("xi-jinping", "CN"))
]
NOUNS = [SOURCE, TOPIC, *LEADERS]


def some(number: int, since: int = 0) -> list[Row]:
    """So many small events, one a day."""
    return [
        call(f"call-{at}", f"20{at // 300:02}-{at % 300 // 28 + 1:02}-{at % 28 + 1:02}") for at in range(since, number)
    ]


def file(path: Path, *rows: Row | str | bytes, name: str = "events.jsonl", end: bytes = b"\n") -> Path:
    """A file of these lines: rows as JSON, texts and bytes as they are."""
    made = [
        row if isinstance(row, bytes) else (row if isinstance(row, str) else json.dumps(row)).encode() for row in rows
    ]
    (path / name).write_bytes(b"".join(line + end for line in made))
    return path / name


def ingest(*paths: Path, **options: Any) -> str:
    out = StringIO()
    call_command("ingest", *map(str, paths), stdout=out, **options)
    return out.getvalue()


def refused(path: Path, **options: Any) -> list[str]:
    """What the command says when it can't write everything, line by line."""
    with pytest.raises(CommandError) as error:
        ingest(path, **options)
    return str(error.value).splitlines()


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> int:
    """Ten lines instead of a thousand, so that the tests stay quick: the nouns and five events fill a piece."""
    monkeypatch.setattr(lines, "AT_A_TIME", 10)
    return 10


# What is written -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_it_writes_events_and_the_rows_that_they_use(tmp_path: Path) -> None:
    path = file(tmp_path, *NOUNS, call(topics=["taiwan"]), statement(about="call"))
    assert ingest(path) == "Created 2, updated 0, unchanged 0, kept as edited 0.\n"
    assert builders.event("statement").links.get().target.slug == "call"
    assert (Source.objects.count(), Topic.objects.count(), Leader.objects.count()) == (1, 1, 3)


@pytest.mark.django_db
def test_it_writes_what_a_dossier_would(tmp_path: Path) -> None:
    rows = [call(topics=["taiwan"]), meeting(format="summit"), statement(about="meeting")]
    ingest(file(tmp_path, *NOUNS, *rows))
    found = {version.record["id"]: version.record for version in Version.objects.all()}
    whole = {"dossier": "same", "title": "The same", "events": rows}
    for row in NOUNS:
        (noun,) = row
        whole.setdefault(f"{noun}s", []).append(row[noun])  # type: ignore[attr-defined]
    (tmp_path / "same.json").write_text(json.dumps(whole))
    assert ingest(tmp_path / "same.json") == "Created 0, updated 0, unchanged 3, kept as edited 0.\n"
    assert set(found) == {"call", "meeting", "statement"}


@pytest.mark.django_db
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n  \n"], ids=["unix", "windows", "blank lines"])
def test_it_reads_any_line_ends_and_a_byte_order_mark(tmp_path: Path, end: bytes) -> None:
    path = file(tmp_path, *NOUNS, *some(6), end=end)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().rstrip())
    assert ingest(path) == "Created 6, updated 0, unchanged 0, kept as edited 0.\n"


@pytest.mark.django_db
def test_an_empty_file_has_nothing_to_write(tmp_path: Path) -> None:
    assert ingest(file(tmp_path)) == "Created 0, updated 0, unchanged 0, kept as edited 0.\n"
    assert not Import.objects.exists()


@pytest.mark.django_db
def test_a_line_of_two_megabytes_is_read(tmp_path: Path) -> None:
    row = json.dumps(call(readouts=[builders.account("JP", *(f"{'x' * 900} {at}" for at in range(100)))]))
    line = row.replace('"readouts"', " " * 2**21 + '"readouts"')
    assert ingest(file(tmp_path, *NOUNS, line)).startswith("Created 1,")
    assert builders.event("call").readouts.get().points.count() == 100


@pytest.mark.django_db
def test_a_longer_line_is_refused_and_not_read_into_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST", 2**20)
    told = refused(file(tmp_path, *NOUNS, b"x" * (2**20 + 1)))
    assert told[0].endswith("line 6: Expected a line of at most 1 MB.")


# Going on ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_read_again_it_says_that_all_is_in(tmp_path: Path) -> None:
    path = file(tmp_path, *NOUNS, *some(7))
    ingest(path)
    changes = Change.objects.count()
    assert ingest(path).splitlines() == [
        f"{path}: All 12 lines are in already; --again looks at them anew.",
        "Created 0, updated 0, unchanged 0, kept as edited 0.",
    ]
    assert ingest(path, again=True) == "Created 0, updated 0, unchanged 7, kept as edited 0.\n"
    assert Change.objects.count() == changes


@pytest.mark.django_db
def test_a_file_that_has_grown_goes_on(tmp_path: Path) -> None:
    path = file(tmp_path, *NOUNS, *some(7))
    ingest(path)
    with path.open("a") as more:
        more.writelines(json.dumps(row) + "\n" for row in some(9, since=7))
    assert ingest(path).splitlines() == [
        f"{path}: Went on behind line 12.",
        "Created 2, updated 0, unchanged 0, kept as edited 0.",
    ]


@pytest.mark.django_db
def test_another_file_of_the_same_name_begins_at_its_begin(tmp_path: Path) -> None:
    ingest(file(tmp_path, *NOUNS, *some(7)))
    other = file(tmp_path, *NOUNS[::-1], *some(9))
    assert ingest(other) == "Created 2, updated 0, unchanged 7, kept as edited 0.\n"


@pytest.mark.django_db
def test_a_fault_stops_at_its_piece_and_mending_it_goes_on(tmp_path: Path) -> None:
    rows = some(22)
    path = file(tmp_path, *NOUNS, *rows[:17], {**rows[17], "date": "yesterday"}, *rows[18:])
    assert refused(path) == [
        f'{path}, line 23 /date: "yesterday": Expected an EDTF date, as in "2025-11-25", "2025-11-22/2025-11-23",'
        ' "2026-03~" or "2025".',
        "Lines 1 to 20 are in; the same command goes on from line 21.",
    ]
    assert (Event.objects.count(), Import.objects.get().lines) == (15, 20)
    file(tmp_path, *NOUNS, *rows)
    assert ingest(path).splitlines() == [
        f"{path}: Went on behind line 20.",
        "Created 7, updated 0, unchanged 0, kept as edited 0.",
    ]
    assert Event.objects.count() == 22


@pytest.mark.django_db
def test_a_dry_run_reads_all_and_writes_nothing(tmp_path: Path) -> None:
    before = builders.dump()
    path = file(tmp_path, *NOUNS, *some(7))
    assert ingest(path, dry_run=True) == (
        "Dry run, nothing was written. Created 7, updated 0, unchanged 0, kept as edited 0.\n"
    )
    assert refused(file(tmp_path, *NOUNS, *some(7), "{"), dry_run=True)[-1] == "Nothing was written."
    assert builders.dump() == before


KILLED = """
import django, os, signal, sys
django.setup()
from django.core.management import call_command
from timeline.ingest import lines
lines.AT_A_TIME = 10
write, pieces = lines.store, []
def until_the_third(*args, **options):
    pieces.append(1)
    counts = write(*args, **options)
    if len(pieces) == 3:
        os.kill(os.getpid(), 9)  # the rows of this piece are written, the transaction is open
    return counts
lines.store = until_the_third
call_command("ingest", sys.argv[1])
"""


def address() -> str:
    """The tests' database as a DATABASE_URL."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    place = quote(found["HOST"] or "localhost", safe="")
    return (
        f"postgres://{found['USER']}:{quote(found['PASSWORD'] or '')}@{place}:{found['PORT'] or 5432}/{found['NAME']}"
    )


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_it_goes_on_behind_the_last_piece(tmp_path: Path) -> None:
    path = file(tmp_path, *NOUNS, *some(27))
    environment = {**os.environ, "SECRET_KEY": "no secret", "DATABASE_URL": address()}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"

    command = [sys.executable, "-c", KILLED, str(path)]
    killed = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=120
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert (Event.objects.count(), Import.objects.get().lines) == (15, 20)
    assert ingest(path).splitlines() == [
        f"{path}: Went on behind line 20.",
        "Created 12, updated 0, unchanged 0, kept as edited 0.",
    ]
    assert Event.objects.count() == 27


# Faults -----------------------------------------------------------------------------------------------------------

FAULTS: list[tuple[str, Any, str]] = [
    ("malformed", '{"id": "x",', "line 6: Expected one JSON object (column "),
    ("half a line", '{"id": "call-1", "kind": "ca', "line 6: Expected one JSON object (column "),
    ("two objects", "{} {}", "line 6: Expected one JSON object (column 4: Extra data)."),
    ("a list", "[1, 2]", "line 6: [1, 2]: Expected one JSON object, an event or a source, topic or leader."),
    (
        "a key twice",
        '{"id": "a", "id": "b"}',
        "line 6: Expected one JSON object (the key “id” stands twice in one object).",
    ),
    ("no number", '{"id": NaN}', "line 6: Expected one JSON object (NaN is no JSON value)."),
    ("deep", "[" * 100_000, "line 6: Expected one JSON object ("),
    ("not UTF-8", b'{"id": "\xff"}', "line 6: Expected UTF-8 text (byte 8 of the line is none)."),
    ("UTF-16", "{}".encode("utf-16"), "line 6: Expected UTF-8 text (byte 0 of the line is none)."),
    ("a NUL", json.dumps(call(summary="a\x00b")), "line 6 /summary: "),
    ("half a character", '{"topic": {"id": "x", "name": "\\ud800"}}', 'line 6 /topic/name: "\\ud800": Expected text'),
    ("no event", "{}", "line 6: {}: Expected the keys id, kind, title, date, occurrence, citations."),
    ("a wrong kind", json.dumps({**call(), "kind": "letter"}), 'line 6 /kind: "letter": Expected one of meeting,'),
    ("no such leader", json.dumps(call(participants=[builders.person("nobody")])), "line 6 /participants/0/leader: "),
    ("no such link", json.dumps(statement(about="nothing")), 'line 6 /links/0/event: "nothing": Expected an event'),
    ("a wrong address", '{"source": {"id": "a", "publisher": "A", "title": "A", "url": "ftp://a"}}', "/source/url: "),
    (
        "a wrong day",
        '{"source": {"id": "a", "publisher": "A", "title": "A", "published": "2025-02-30"}}',
        "/source/published: ",
    ),
    ("a topic's name", '{"topic": {"id": "other", "name": "Taiwan"}}', "line 6 /topic/name: "),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("line", "expected"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_a_fault_is_told_with_its_line(tmp_path: Path, line: Any, expected: str) -> None:
    told = refused(file(tmp_path, *NOUNS, line, *some(2)))
    assert expected in told[0]
    assert told[-1] == "Nothing was written."
    assert not Event.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("between", [3, 13], ids=["same piece", "another piece"])
def test_one_id_for_two_events_is_refused(tmp_path: Path, between: int) -> None:
    path = file(tmp_path, *NOUNS, call("twin"), *some(between), call("twin", title="Another one"))
    assert refused(path)[0] == f'{path}, line {7 + between} /id: "twin": Line 6 has another event of this id.'


@pytest.mark.django_db
def test_one_id_for_two_events_is_refused_after_a_stop_too(tmp_path: Path) -> None:
    path = file(tmp_path, *NOUNS, call("twin"), *some(13))
    ingest(path)
    with path.open("a") as more:
        more.write(json.dumps(call("twin", title="Another one")))
    assert refused(path)[0] == f'{path}, line 20 /id: "twin": Line 6 has another event of this id.'


@pytest.mark.django_db
def test_the_same_line_twice_changes_nothing(tmp_path: Path) -> None:
    path = file(tmp_path, *NOUNS, *NOUNS, call("twin"), call("twin"), *some(8), call("twin"))
    assert ingest(path) == "Created 9, updated 0, unchanged 2, kept as edited 0.\n"


@pytest.mark.django_db
def test_what_an_editor_has_changed_is_kept(tmp_path: Path) -> None:
    path = file(tmp_path, *NOUNS, *some(7))
    ingest(path)
    builders.write({**some(1)[0], "title": "An editor's title"})
    assert ingest(path, again=True) == "Created 0, updated 0, unchanged 6, kept as edited 1.\n"
    assert builders.event("call-0").title == "An editor's title"


@pytest.mark.django_db
def test_many_faults_are_cut_in_words_and_whole_as_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "AT_A_TIME", 1000)
    path = file(tmp_path, *["{"] * 60)
    told = refused(path)
    assert told[-2:] == ["... and 10 more; --json tells them all.", "Nothing was written."]
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("ingest", str(path), "--json", stdout=out)
    faults = json.loads(out.getvalue())["faults"]
    assert [fault["line"] for fault in faults] == list(range(1, 61))


@pytest.mark.django_db
def test_a_missing_file_and_a_mixture_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.jsonl") == [
        f"{tmp_path}/none.jsonl: The file can't be read: no such file.",
        "Nothing was written.",
    ]
    (tmp_path / "folder.jsonl").mkdir()
    assert "no such file" in refused(tmp_path / "folder.jsonl")[0]
    with pytest.raises(CommandError, match="not both in one run"):
        ingest(tmp_path / "a.json", tmp_path / "b.jsonl")


@pytest.mark.long
def test_too_large_a_dossier_is_told_of_lines() -> None:
    faults = dossier.faults({"dossier": "large", "title": "Large", "events": [None] * 10_001}, "large.json")
    assert any("JSON Lines (.jsonl)" in fault.expected for fault in faults)


# The fast look and the slow one ---------------------------------------------------------------------------------


def changed() -> st.SearchStrategy[Row]:
    """Events of the bundled dossiers with one value replaced by something else, or gone."""
    odd = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just([]), st.just({}),
        st.sampled_from([" x", "x\n", "x" * 301, "\x85x", "\ufeffx", "x\x1f", "2025-11-25\n", "JP", 25.0, 10**30]),
    )  # fmt: skip
    return st.builds(_replaced, st.sampled_from(builders.bundled_events()), st.randoms(use_true_random=False), odd)


def _replaced(row: Row, chance: Any, value: Any) -> Row:
    made: Row = json.loads(json.dumps(row))
    holder: Any = made
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = chance.choice(keys)
        inner = holder[key]
        if isinstance(inner, dict | list) and inner and chance.random() < 0.7:
            holder = inner
            continue
        if chance.random() < 0.2:
            del holder[key]
        else:
            holder[key] = value
        return made


@fewer
@given(row=changed())
def test_the_fast_look_and_the_slow_one_agree(row: Row) -> None:
    text = json.dumps(row)
    slow = dossier.faults({"dossier": "lines", "title": "Lines", "events": [row]}, "x")
    assert bool(lines._faults("event", row, "x", text)) == bool(slow)


def test_good_events_take_the_fast_look() -> None:
    for row in builders.bundled_events():
        assert lines.is_valid("event", row), row["id"]


def test_memory_stays_the_same_at_any_length(tmp_path: Path) -> None:
    """Ids are kept outside the memory: ten thousand of them cost less than half a megabyte."""
    known = lines._Known()
    tracemalloc.start()
    for at in range(10_000):
        assert known.before("event", f"event-{at}", at, b"x") is None
    assert known.before("event", "event-7", 10_000, b"y") == (7, False)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    known.close()
    assert most < 2**19
