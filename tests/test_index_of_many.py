"""The index against plain counting in a large record, which is made once for all of these tests."""

import random
from itertools import combinations

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pyroaring import BitMap

from tests import many, oracle
from tests.rounds import rounds
from tests.test_index import agrees
from timeline import counterparts, index, paging, position
from timeline.facets import MOST, SHOWN, facets
from timeline.filters import TimelineFilter
from timeline.index import check
from timeline.models import Leader
from timeline.views import topics

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _many(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        many.events(350, leaders=150, searchable=False)
        yield
        transaction.set_rollback(True)


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


# Asked of the database ---------------------------------------------------------------------------------------

ADDRESSES = [
    "/",
    "/?kind=call&leader=leader-3&topic=topic-4&since=2017&match=all&country=US",
    "/?q=talks+%22trade+ties%22+-missile",
    "/?order=oldest&source=source-7",
    "/entries/?occurrence=took_place",
    "/?country=US&country=CN&after={place}",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_asks_little_and_only_what_an_index_answers(address):
    """Nothing but the index is kept."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:  # as of a large record: a few hundred rows, once counted, are read whole
            for statement in ("ANALYZE", "DELETE FROM sqlite_stat1", "ANALYZE sqlite_schema"):
                cursor.execute(statement)
    held = index.current()
    held.kept.clear()
    held.words.clear()
    order = list(held.walk(held.published, falling=True))
    place = paging.write_cursor(position.thread_of(held.positions[order[len(order) // 2]]))
    with CaptureQueriesContext(connection) as asked:
        assert Client().get(address.format(place=place)).status_code == 200
    queries = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
    assert 1 <= len(queries) <= 8
    for sql in queries:
        for line in plan(sql):
            if connection.vendor == "sqlite":
                assert not line.startswith("SCAN timeline_") or "VIRTUAL TABLE" in line, (line, sql)
            else:
                assert "Seq Scan" not in line, (line, sql)


def plan(sql: str) -> list[str]:
    """How the database would answer a query; PostgreSQL reads small tables whole only where it has to."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            return [row[3] for row in cursor.fetchall()]
        cursor.execute("SET LOCAL enable_seqscan TO off")
        select = sql[sql.index("SELECT") :].partition(";")[0]
        cursor.execute(f"EXPLAIN {select}")
        return [row[0] for row in cursor.fetchall()]
