"""The index against plain counting: as made whole, as brought forward, from its file, in several processes."""

import os
import random
import subprocess
import sys
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction

from tests import builders, oracle
from tests.builders import TAKAICHI, TRUMP, XI, call, meeting, person, publish, statement
from tests.rounds import rounds, seeds
from tests.test_filters import random_filters
from timeline import index, paging, reading, record, strip, totals, years
from timeline.facets import by_outcome, facets
from timeline.filters import TimelineFilter
from timeline.index import build, check, file, keeper
from timeline.index.bitmaps import FAMILIES, NOUNS, Index
from timeline.models import Change, Country, Event, Leader, Source, State, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _alone():
    """Each test makes its own indexes, and leaves none."""
    index.forget()
    yield
    index.forget()


def same(one: Index, other: Index) -> bool:
    """Whether two indexes say the same of everything."""
    ids = list(one.published)
    return (
        one.version == other.version
        and one.changed_at == other.changed_at
        and all(one.families[name] == other.families[name] for name in FAMILIES)
        and all(one.names[noun] == other.names[noun] for noun in NOUNS)
        and all(
            [a[pk] for pk in ids] == [b[pk] for pk in ids]
            for a, b in (
                (one.positions, other.positions),
                (one.earliest, other.earliest),
                (one.latest, other.latest),
            )
        )
    )


# Against the database ----------------------------------------------------------------------------------------


def agrees(asked: TimelineFilter) -> int:
    """Everything that a page counts and orders, against the database; how many entries that was about."""
    expected = oracle.in_order(asked)
    found = asked.ids()
    assert list(asked.index.walk(found, falling=True)) == expected
    assert list(asked.index.walk(found, falling=False)) == expected[::-1]
    assert sum(by_outcome(asked).values()) == len(expected)
    for name, facet in facets(asked).items():
        counts = {value: count for value, count in oracle.facet(name, asked).items() if count}
        shown = {one.value: one.count for one in facet.values if one.count}
        assert shown.items() <= counts.items(), (name, asked.address)
        assert len(counts) == len(shown) + facet.more
        if facet.more:
            fewest = min(count for value, count in shown.items() if value not in chosen(asked, name))
            assert max(count for value, count in counts.items() if value not in shown) <= fewest
    groups = {(one.kind, one.occurrence, one.crowd): one.number for one in totals.totals(asked).groups}
    assert groups == oracle.groups(asked.but(kinds=()))
    drawn = strip.strip(asked)
    assert bool(drawn) == bool(oracle.ids(asked.but(since="", until="")))
    return len(expected)


def chosen(asked: TimelineFilter, name: str) -> tuple[str, ...]:
    return {"country": asked.countries, "leader": asked.leaders, "topic": asked.topics}.get(name, ())


@rounds(5, 300)
def test_it_agrees_with_the_database_on_the_dossiers(bundled, number):
    assert check.faults(index.current()) == []
    assert sum(agrees(asked) > 0 for asked in random_filters(number, seed=3)) > number // 3


def test_it_does_not_take_countrymen_for_two_sides():
    builders.cast()
    builders.leader("second", "A Second", "JP")
    people = [person(TAKAICHI), person("second"), person(TRUMP)]
    (event,) = publish(meeting(participants=people))
    held = index.current()
    ids = {slug: pk for pk, slug in Leader.objects.values_list("pk", "slug")}
    assert list(held.history(ids[TAKAICHI], ids["second"])) == []
    assert list(held.history(ids["second"], ids[TRUMP])) == [event.pk]
    assert list(held.between_countries("JP", "US")) == [event.pk]
    at_home = [person("second"), person(TAKAICHI)]
    publish(meeting(participants=at_home))
    assert list(index.current().met) == []


def test_it_orders_what_is_known_to_its_year_before_january():
    builders.cast()
    rows = [meeting(f"m-{n}", day) for n, day in enumerate(("2026-01", "2026", "2026-01-01", "2025-12-31", "2026"))]
    slugs = {event.pk: event.slug for event in publish(*rows)}
    held = index.current()
    order = [slugs[pk] for pk in held.walk(held.published, falling=False)]
    assert order == ["m-3", "m-1", "m-4", "m-0", "m-2"]
    assert len(held.spells) == 3


@pytest.mark.parametrize("day", [date.min, date(2025, 11, 24), date(2025, 11, 30), date(2026, 1, 1), date.max])
def test_it_overlaps_to_the_day(bundled, day):
    held = index.current()
    published = Event.objects.published()
    assert set(held.since(day)) == set(published.filter(latest__gte=day).values_list("pk", flat=True))
    assert set(held.until(day)) == set(published.filter(earliest__lte=day).values_list("pk", flat=True))


# Brought forward ---------------------------------------------------------------------------------------------


def edit(chance: random.Random, number: int) -> None:
    """One of the things that editors do."""
    events = list(Event.objects.order_by("pk"))
    event = chance.choice(events)
    what = chance.randrange(10)
    with record.writing() as writer:
        whole = record.of(event)
        if what == 0:
            writer.write(call(f"new-{number}", f"2025-{chance.randint(1, 12):02}"), state=State.PUBLISHED)
            writer.write(statement(f"said-{number}", "2025-11-26", about=event.slug), state=State.PUBLISHED)
        elif what == 1 and event.state == State.PUBLISHED:
            writer.withdraw(event, "Wrong.")
        elif what == 2:
            writer.write(meeting(f"draft-{number}"), state=State.DRAFT)
        elif what == 3 and event.state == State.DRAFT:
            writer.discard(event)
        elif what == 4:
            topic = Topic.objects.order_by("?").first()
            assert topic
            topic.name = f"Renamed {number}"
            topic.save()
            Topic(slug=f"topic-{number}", name=f"Topic {number}").save()
        elif what == 5:
            leader = Leader.objects.get(slug=chance.choice([TAKAICHI, TRUMP, XI]))
            leader.name = f"Renamed {number}"
            leader.save()
        elif what == 6:
            source = Source.objects.get(slug=builders.SOURCE)
            source.title = f"Renamed {number}"
            source.save()
        elif what == 7:
            country = Country.objects.get(code="FR")
            country.name = f"France {number}"
            country.save()
        else:
            change = {
                "date": chance.choice(["2025-11-20", "2025", "2026-01", "2025-11-28/2025-12-03"]),
                "occurrence": chance.choice(["took_place", "planned"]),
                "topics": chance.choice([[], ["taiwan"]]),
                "links": [],
            }
            writer.write({**whole, **change}, event=event)


@seeds(1, 60)
def test_it_follows_every_edit(seed):
    builders.cast()
    publish(call(), meeting("talks", "2025-11-26", format="multilateral"), statement(about="call", topics=["taiwan"]))
    chance = random.Random(seed)
    index.current()
    for number in range(8 if seed == 0 else 25):
        try:
            with transaction.atomic():
                edit(chance, number)
        except record.Refused:
            continue
        before = keeper.newest()
        after = index.current()
        assert same(after, build.whole(after.version))
        assert check.faults(after) == []
        if before and before.version != after.version:
            assert same(after, build.advanced(before, after.version) or before)


def test_it_shares_what_did_not_change():
    builders.cast()
    publish(call("one", "2025-01-01"), meeting("two", "2025-11-01"))
    before = index.current()
    publish(meeting("three", "2025-11-02"))
    after = index.current()
    assert after is not before
    assert len(before.published) == 2
    assert len(after.published) == 3
    assert after.of("kind", "call") is before.of("kind", "call")
    assert after.of("spell", before.spells[0]) is before.of("spell", before.spells[0])
    assert after.of("kind", "meeting") is not before.of("kind", "meeting")


def test_it_holds_the_index_of_each_data_version():
    builders.cast()
    publish(call())
    with transaction.atomic():
        publish(meeting())
        inside = index.current()
        assert len(inside.published) == 2
        transaction.set_rollback(True)
    publish(statement())
    after = index.current()
    assert same(after, build.whole(after.version))
    assert build.advanced(inside, after.version) is None, "its write was rolled back"
    assert index.current() is after


def test_it_is_not_to_be_had_while_the_record_is_written():
    with record.writing(), pytest.raises(RuntimeError, match="ask before, or afterwards"):
        index.current()
    assert not index.current().published


def test_it_is_made_whole_where_too_much_changed_or_the_log_is_gone(monkeypatch):
    builders.cast()
    publish(call())
    before = index.current()
    publish(meeting("one"), meeting("two"), meeting("three"))
    version = reading.data_version()
    monkeypatch.setattr(build, "MOST_TOUCHED", 2)
    assert build.advanced(before, version) is None
    assert same(index.current(), build.whole(version))
    monkeypatch.undo()
    assert build.advanced(before, version) is not None
    models.QuerySet.delete(Change.objects.filter(version=before.version))
    assert build.advanced(before, version) is None


# In a file ---------------------------------------------------------------------------------------------------


@pytest.fixture
def saved(bundled, settings, tmp_path, monkeypatch) -> Path:
    """The file of the dossiers' index."""
    monkeypatch.setattr(file, "SAVED_FROM", 1)
    settings.INDEX_SNAPSHOT = str(tmp_path / "index")
    index.current()
    index.forget()
    (path,) = list(tmp_path.iterdir())  # and nothing half-written beside it
    return Path(path)


def test_it_comes_back_from_its_file(saved):
    found = file.load()
    assert found
    assert same(found, build.whole(reading.data_version()))
    before = saved.stat().st_mtime_ns
    assert same(index.current(), found)
    assert saved.stat().st_mtime_ns == before, "what was read is not written again"


def test_it_is_brought_forward_from_its_file(saved, monkeypatch):
    event = Event.objects.published()[0]
    with record.writing() as writer:
        writer.withdraw(event, "Wrong.")
    expected = build.whole(reading.data_version())
    monkeypatch.setattr(build, "whole", lambda version: pytest.fail("the file was not used"))
    assert same(index.current(), expected)


def test_it_is_made_anew_where_its_file_is_damaged(saved, caplog):
    whole = saved.read_bytes()
    for damage in ("cut", "bit", "format", "empty", "head"):
        data = bytearray(whole)
        match damage:
            case "cut":
                data = data[: len(data) // 2]
            case "bit":
                data[len(data) * 2 // 3] ^= 1
            case "format":
                data[data.index(b"\n") - 1] += 1
            case "empty":
                data = bytearray()
            case "head":
                data[17] ^= 0xFF
        saved.write_bytes(data)
        caplog.clear()
        assert file.load() is None, damage
        assert "not sound" in caplog.text, damage
    assert same(index.current(), build.whole(reading.data_version()))
    assert file.load() is not None, "and the file is sound again"


def test_it_is_not_taken_from_another_database_or_from_the_future(saved, monkeypatch):
    held = index.current()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "HOST", "another")
        assert file.load() is None
    index.forget()
    monkeypatch.setattr(reading, "asked_version", lambda: held.version - 1)
    monkeypatch.setattr(file, "save", lambda index: None)
    assert keeper._loaded(held.version - 1) is None


def test_it_is_saved_only_where_that_pays(bundled, settings, tmp_path, caplog, monkeypatch):
    settings.INDEX_SNAPSHOT = str(tmp_path / "index")
    index.current()
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr(file, "SAVED_FROM", 1)
    settings.INDEX_SNAPSHOT = str(tmp_path / "no" / "such" / "place")
    file.save(index.current())
    assert "could not be saved" in caplog.text
    settings.INDEX_SNAPSHOT = ""
    assert file.path() is None
    settings.INDEX_SNAPSHOT = None
    assert file.path() == file.usual_path(connection.vendor, connection.settings_dict)


# At the terminal ---------------------------------------------------------------------------------------------


def test_the_command_says_what_it_holds_and_checks_it(bundled, capsys):
    call_command("index")
    assert "72 events" in capsys.readouterr().out
    call_command("index", check=True)
    assert "agree" in capsys.readouterr().out
    held = index.current()
    assert index.memory() == held.size > 1000
    held.of("country", "JP").discard(held.of("country", "JP").min())
    with pytest.raises(CommandError):
        call_command("index", check=True)
    assert "country JP: the index has" in capsys.readouterr().out


def test_the_check_finds_each_sort_of_fault(bundled):
    held = build.whole(reading.data_version())
    assert check.faults(held) == []
    held.positions.fill(held.published.min(), 5)
    held.families["topic"].pop(next(iter(held.families["topic"])))
    held.of("flag", "met").add(held.of("kind", "statement").min())
    held.names["leader"].by_slug.pop(TRUMP)
    held.names["country"].by_key.update(JP=("JP", "Nippon"))
    held.families["spoke"].clear()
    found = check.faults(held)
    for words in ("event ", "topic ", "flag met", "leader: ", "country JP: ", "spoke "):
        assert any(fault.startswith(words) for fault in found), words


# In several processes ----------------------------------------------------------------------------------------


def database_url() -> str:
    """The address of the test database, for another process."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    return f"postgres://{known['USER']}@{quote(known['HOST'], safe='')}/{known['NAME']}"


@pytest.mark.django_db(transaction=True)
@pytest.mark.long
@rounds(4, 300)
def test_it_holds_in_processes_that_read_while_another_writes(number, transactional_db):
    builders.cast()
    publish(call(), meeting("talks", "2025-11-26"), statement(about="call", topics=["taiwan"]))
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "SECRET_KEY": "only for this test",
        "HTTPS": "off",
        "INDEX_SNAPSHOT": "",
    }
    readers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.reader"],
            env=environment,
            cwd=Path(__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(1 if number < 10 else 2)
    ]
    try:
        for reader in readers:
            assert reader.stdout
            assert reader.stdout.readline() == "ready\n"
        chance = random.Random(6)
        for step in range(number):
            try:
                edit(chance, step)
            except record.Refused:
                continue
            assert check.faults(index.current()) == []
        for reader in readers:
            said, _errors = reader.communicate(timeout=60)
            versions, *wrong = said.splitlines()
            assert wrong == []
            assert int(versions) >= 2
    finally:
        for reader in readers:
            reader.kill()
            reader.wait()


# Asked of the database ---------------------------------------------------------------------------------------


def test_a_page_is_the_same_while_the_record_is_written():
    builders.cast()
    publish(*[meeting(f"m{day}", f"2025-11-{day}") for day in range(10, 20)])
    held = index.current()
    publish(meeting("new", "2026-01-01"))
    page = paging.page(held, held.published, size=4)
    slugs = dict(Event.objects.values_list("pk", "slug"))
    assert [slugs[thread.head] for thread in page.threads if thread.head] == ["m19", "m18", "m17", "m16"]


def test_small_multiples_count_what_the_database_counts(bundled):
    drawn = years.multiples(TimelineFilter(), date(2026, 6, 1))
    assert drawn
    for chart in drawn.charts:
        solid = Event.objects.published().filter(kind=chart.kind, occurrence="took_place")
        solid = solid.exclude(format="multilateral")
        assert sum(int(column.number or 0) for column in chart.columns) == solid.count()
