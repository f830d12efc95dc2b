"""The index against plain counting in a large record, which is made once for all of these tests."""

import json
import random
import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pyroaring import BitMap

from tests import many, oracle
from tests.rounds import rounds
from tests.test_index import agrees
from timeline import cache, counterparts, index, paging, position, search
from timeline.facets import MOST, SHOWN, facets
from timeline.filters import TimelineFilter
from timeline.index import build, check
from timeline.models import Event, Leader
from timeline.views import topics

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _many(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        many.events(350, leaders=150, searchable=False)
        search.refresh(Event.objects.values_list("pk", flat=True)[:120])
        yield
        transaction.set_rollback(True)


@pytest.mark.long
@rounds(6, 200)
def test_it_agrees_with_the_database_on_many(number):
    held = index.current()
    assert check.faults(held) == []
    chance = random.Random(4)
    for _ in range(number):
        agrees(
            TimelineFilter(
                kinds=tuple(chance.sample(("meeting", "call", "statement"), chance.choice((0, 1, 2)))),
                countries=tuple(chance.sample(("JP", "US", "CN", "FR"), chance.choice((0, 0, 1, 2)))),
                leaders=tuple(chance.sample([f"leader-{n}" for n in range(9)], chance.choice((0, 0, 1, 2)))),
                topics=tuple(chance.sample([f"topic-{n}" for n in range(30)], chance.choice((0, 0, 1)))),
                match=chance.choice(("any", "all")),
                since=chance.choice(("", "2017", "2018-05-14")),
                until=chance.choice(("", "2019-02", "2021-11-30")),
            )
        )


def test_it_cuts_a_long_facet_and_says_how_much_is_left():
    leaders = facets(TimelineFilter())["leader"]
    assert len(leaders.values) == MOST
    assert len(leaders.first) == SHOWN
    assert leaders.more == len(oracle.facet("leader", TimelineFilter())) - MOST > 0
    rare = leaders.values[-1].value
    last = sorted(oracle.facet("leader", TimelineFilter(kinds=("call",))).items(), key=lambda one: one[1])[0][0]
    for slug in (rare, last):
        asked = TimelineFilter(leaders=(slug,), kinds=("call",))
        assert [one.value for one in facets(asked)["leader"].values if one.chosen] == [slug]


def test_it_knows_who_met_whom():
    held = index.current()
    leaders = {slug: pk for pk, slug in Leader.objects.values_list("pk", "slug")}
    some = [leaders[f"leader-{n}"] for n in range(14)]
    met = 0
    for one, other in combinations(some, 2):
        expected = oracle.history(one, other)
        assert list(held.history(one, other)) == list(held.history(other, one)) == expected
        met += bool(expected)
    assert met > 20
    for code, another in combinations(("US", "CN", "JP", "FR", "UN"), 2):
        assert list(held.in_order(held.between_countries(code, another))) == oracle.between(code, another)


def test_it_knows_the_counterparts_of_each():
    def ids(found):
        return {who: [one.event_id for one in some] for who, some in found.items()}

    outlined = 0
    for leader in Leader.objects.filter(slug__in=[f"leader-{n}" for n in range(5)]):
        found = counterparts.of_leader(leader)
        assert (ids(found.contacts), ids(found.hollow)) == oracle.counterparts_of_leader(leader)
        outlined += len(found.hollow)
    for code in ("US", "UN"):
        found = counterparts.of_country(code)
        assert (ids(found.contacts), ids(found.hollow)) == oracle.counterparts_of_country(code)
    assert outlined


def test_it_knows_who_takes_part_in_a_topic():
    held = index.current()
    for slug in ("topic-1", "topic-7"):
        ids = TimelineFilter(topics=(slug,)).ids()
        expected = oracle.taking_part(slug)
        shown, more = topics._leaders(held, ids)
        assert {one.slug: one.count for one in shown}.items() <= expected.items()
        assert [one.count for one in shown] == sorted(expected.values(), reverse=True)[: len(shown)]
        assert len(expected) == len(shown) + more
        top = held.top("leader", ids, 3)
        counts = oracle.facet("leader", TimelineFilter(topics=(slug,)))
        least = sorted(counts.values())[-3]
        assert {held.name("leader", key)[0]: count for count, key in top} == {
            leader: count for leader, count in counts.items() if count >= least
        }


def test_it_walks_on_from_any_place():
    held = index.current()
    chance = random.Random(5)
    for ids in (held.published, held.of("kind", "call"), BitMap(chance.sample(list(held.published), 40))):
        order = list(held.walk(ids, falling=True))
        for place in chance.sample(range(len(order)), 12):
            beyond = held.positions[order[place]]
            later = [one for one in order[:place] if held.positions[one] > beyond][::-1]
            earlier = [one for one in order[place:] if held.positions[one] < beyond]
            assert list(held.walk(ids, falling=True, beyond=beyond)) == earlier
            assert list(held.walk(ids, falling=False, beyond=beyond)) == later


# Against what was spoilt ---------------------------------------------------------------------------------------


def _swap(bitmap: BitMap, others: BitMap) -> None:
    """One id is another now: as many as before."""
    other = (others - bitmap).min()
    bitmap.discard(bitmap.min())
    bitmap.add(other)


def test_the_check_compares_which_events_and_not_how_many():
    version = index.current().version
    for family, key in [
        ("country", "JP"),
        ("kind", "call"),
        ("occurrence", "planned"),
        ("flag", "met"),
        ("end", None),
        ("spell", None),
        ("topic", None),
        ("source", None),
        ("spoke", None),
    ]:
        held = build.whole(version)
        chosen = key or next(iter(held.families[family]))
        _swap(held.of(family, chosen), held.published)
        (fault,) = check.faults(held)
        words = " for ".join(map(str, chosen)) if isinstance(chosen, tuple) else chosen
        assert re.fullmatch(
            rf"{family} {words}: the index has (\d+) events, the database \1;"
            r" missing are 1 \(\d+\), too many 1 \(\d+\)\.",
            fault,
        )


def test_the_check_looks_at_every_event():
    version = index.current().version
    held = build.whole(version)
    held.published.add(held.published.max() + 9)
    assert [fault.partition(":")[0] for fault in check.faults(held)] == ["flag published"]
    for spoil, words in (
        (lambda held: held.leaders._chunks.clear(), "leader "),
        (lambda held: held.earliest._chunks.clear(), "event "),
    ):
        held = build.whole(version)
        spoil(held)
        faults = check.faults(held)
        assert len(faults) > 10
        assert all(fault.startswith((words, "There are more")) for fault in faults)


# Asked of the database ---------------------------------------------------------------------------------------

ADDRESSES = [
    "/",
    "/?order=oldest&before={place}",
    "/?country=US&country=CN&after={place}",
    "/?before={place}&kind=statement",
    "/?kind=call&leader=leader-3&topic=topic-4&since=2017&until=2021-03&match=all&country=US",
    "/?order=oldest&source=source-7",
    "/?occurrence=cancelled&occurrence=planned",
    "/?q=talks+%22trade+ties%22+-missile",
    "/?q=-%22trade+ties%22&after={place}",
    "/?q=%E9%A6%96%E8%84%B3%E4%BC%9A%E8%AB%87",
    "/?q=nothing-of-the-sort&kind=call",
    "/entries/?occurrence=took_place&after={place}",
]
MOST_QUERIES = 8


@pytest.mark.usefixtures("_as_if_large")
def test_the_timeline_asks_little_and_only_what_an_index_answers():
    """Page 1, further on and back, each sort of filter, words; nothing but the index is kept meanwhile."""
    held = index.current()
    order = list(held.walk(held.published, falling=True))
    place = paging.write_cursor(position.thread_of(held.positions[order[len(order) // 2]]))
    looked_at: set[str] = set()
    for address in ADDRESSES:
        held.kept.clear()
        held.words.clear()
        search.ask._kept.clear()
        caches[cache.ALIAS].clear()
        with CaptureQueriesContext(connection) as asked:
            assert Client().get(address.format(place=place)).status_code == 200
        queries = [found for query in asked if (found := _question(query["sql"]))]
        assert 1 <= len(queries) <= MOST_QUERIES, address
        for sql in queries:
            shape = re.sub(r"\d+(, \d+)*|'[^']*'(, '[^']*')*", "?", sql)
            if shape not in looked_at:
                looked_at.add(shape)
                assert unindexed(sql) == [], (address, sql)
    asked_of = " ".join(looked_at)
    for table in ("event", "participation", "citation", "readout", "point", "post", "country", "dataversion"):
        assert f"timeline_{table}" in asked_of, "something was kept"
    assert ("timeline_search " if connection.vendor == "sqlite" else "timeline_searchtext") in asked_of


READ_WHOLE = [
    "SELECT title FROM timeline_event WHERE title = 'x'",
    "SELECT U0.id FROM timeline_event U0 WHERE U0.title = 'x'",
    "SELECT id FROM timeline_event WHERE place = 'x' ORDER BY position, id",
    "SELECT id, position FROM timeline_event ORDER BY position, id",
    "SELECT title FROM timeline_event WHERE state = 'published'",
    "SELECT kind, count(*) FROM timeline_event WHERE state = 'published' GROUP BY kind",
    "SELECT event_id FROM timeline_searchtext WHERE tokens LIKE '%talks%'",
    "SELECT e.id FROM timeline_event e JOIN timeline_point p ON p.text = e.title WHERE e.id = 7",
]


@pytest.mark.usefixtures("_as_if_large")
def test_a_plan_that_reads_everything_is_known_for_one():
    for sql in READ_WHOLE:
        assert unindexed(sql), sql


@pytest.fixture
def _as_if_large():
    """Plans as of a large record: a few hundred rows, once counted, are read whole."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for statement in ("ANALYZE", "DELETE FROM sqlite_stat1", "ANALYZE sqlite_schema"):
                cursor.execute(statement)


# What an index can answer PostgreSQL then answers by it, and reads nothing whole to join it.
_BY_INDEX = "; ".join(f"SET LOCAL enable_{way} TO off" for way in ("seqscan", "hashjoin", "mergejoin"))


def _question(sql: str) -> str:
    """The one SELECT in what was sent, or nothing where there is none."""
    found = sql[sql.index("SELECT") :].partition(";")[0] if "SELECT" in sql else ""
    return "" if found.startswith("SELECT set_config") else found


# What does not narrow: of each there may be most of the record.
BROAD = {"state", "kind", "occurrence", "format"}


def unindexed(sql: str) -> list[str]:
    """The parts of a query's plan that read a table or an index whole, or all that is published."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            return [row[3] for row in cursor.fetchall() if _is_whole(row[3])]
        cursor.execute(_BY_INDEX)
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        (told,) = cursor.fetchone()
    plans = json.loads(told) if isinstance(told, str) else told
    return [str(node) for node in _nodes(plans[0]["Plan"]) if not _narrows(node)]


def _is_whole(line: str) -> bool:
    """Of a line of SQLite's plan."""
    if line.startswith("SCAN"):
        return not line.startswith(("SCAN CONSTANT", "SCAN (")) and ("VIRTUAL TABLE" not in line or line.endswith("0:"))
    columns = re.findall(r"(\w+)[=<>]", line.rpartition(" (")[2]) if line.startswith("SEARCH") else []
    return bool(columns) and {*columns} <= BROAD


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _narrows(node: dict[str, Any]) -> bool:
    """Of a node of PostgreSQL's plan: it reads no table, or by a condition on an index that leaves little."""
    if node["Node Type"] == "Seq Scan":
        return False
    if "Index Name" not in node:
        return True
    columns = {*re.findall(r"\(?(\w+)\)?(?:::\w+)? (?:=|<|>|@@)", node.get("Index Cond", ""))}
    return bool(columns - BROAD) or "@@" in node.get("Index Cond", "")
