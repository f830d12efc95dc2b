"""Walking through the timeline page by page."""

import random
from itertools import product

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given
from hypothesis import strategies as st
from pyroaring import BitMap

from tests import builders, many
from tests.builders import call, meeting, publish, statement
from timeline import index, paging, position
from timeline.models import Event, State
from timeline.paging import Page, read_cursor, write_cursor

pytestmark = pytest.mark.django_db


def page(events=None, **options) -> Page:
    """A page of these events, as the index has them; without any, of all that are published."""
    held = index.current()
    ids = held.published if events is None else BitMap(events.values_list("pk", flat=True))
    return paging.page(held, ids, **options)


def entries(one: Page) -> list[Event]:
    return events_of(members(one))


def events_of(ids: list[int]) -> list[Event]:
    """These events, in this order."""
    found = Event.objects.published().with_entry().in_bulk(ids)
    return [found[pk] for pk in ids]


def members(one: Page) -> list[int]:
    return [pk for thread in one.threads for pk in thread.members]


def slugs(pages: list[Page]) -> list[str]:
    published = dict(Event.objects.published().values_list("pk", "slug"))
    return [published[pk] for one in pages for pk in members(one)]


def walk(*, backwards: bool = False, events=None, **options) -> list[Page]:
    """All pages from the first on; or from the last back to the first, given in the order of reading."""
    pages = [page(events, **options)]
    while (after := pages[-1].after) is not None:
        pages.append(page(events, after=after, **options))
        assert pages[-1].threads, "no address leads to an empty page"
    if not backwards:
        return pages
    pages = pages[-1:]
    while (before := pages[0].before) is not None:
        pages.insert(0, page(events, before=before, **options))
        assert pages[0].threads
    return pages


def expected(order: str) -> list[str]:
    """Threads in the order asked for, each with its head first and what hangs below by day."""
    events = Event.objects.published()
    threads: dict[int, list[Event]] = {}
    for event in events.order_by("-position", "pk"):
        threads.setdefault(position.thread_of(event.position), []).append(event)
    numbers = sorted(threads, reverse=order == "newest")
    return [event.slug for number in numbers for event in threads[number]]


@pytest.fixture
def _some():
    many.events(60, leaders=12, searchable=False)


@pytest.mark.usefixtures("_some")
def test_it_shows_every_event_once_in_order_both_ways():
    sizes = (3, 30, 61, *random.Random(1).sample(range(8, 59), 2))
    for order, size in product(("newest", "oldest"), sizes):
        whole = expected(order)
        forward = walk(order=order, size=size)
        assert slugs(forward) == whole
        assert slugs(walk(order=order, size=size, backwards=True)) == whole
        numbers = [thread.number for one in forward for thread in one.threads]
        assert len(set(numbers)) == len(numbers), "no thread is split"
        for one in forward:
            assert len(members(one)) <= size or len(one.threads) == 1
        assert forward[0].before is None
        assert forward[-1].after is None
    # And through a selection alike.
    picked = Event.objects.published().filter(kind="statement")
    whole = [event.slug for event in Event.objects.published() if event.kind == "statement"]
    assert sorted(slugs(walk(events=picked, size=7))) == sorted(whole)
    assert slugs(walk(events=picked, size=7)) == slugs(walk(events=picked, size=7, backwards=True))


def test_it_shows_alone_what_hangs_from_what_does_not_match():
    builders.cast()
    publish(call(), statement("one", about="call"), statement("two", about="call"))
    (thread,) = page(Event.objects.filter(kind="statement")).threads
    assert thread.head is None
    assert [event.slug for event in events_of(thread.entries)] == ["one", "two"]
    (thread,) = page().threads
    assert [event.slug for event in events_of(thread.entries)] == ["call"]


def test_it_shows_a_long_thread_whole():
    builders.cast()
    publish(
        meeting("later", "2025-11-27"),
        call(),
        *[statement(f"s{number:02}", "2025-11-26", about="call") for number in range(20)],
        meeting("earlier", "2025-11-24"),
    )
    for order in ("newest", "oldest"):
        for backwards in (False, True):
            pages = walk(order=order, size=4, backwards=backwards)
            assert [len(members(one)) for one in pages] == [1, 21, 1]
            assert slugs(pages[1:2]) == ["call", *[f"s{number:02}" for number in range(20)]]


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_it_repeats_and_hides_nothing_when_entries_come_meanwhile(order):
    builders.cast()
    publish(*[meeting(f"m{day}", f"2025-11-{day}") for day in range(10, 20)])
    first = page(order=order, size=4)
    publish(
        meeting("new", "2026-01-01"),
        meeting("old", "2020-01-01"),
        statement("said", "2025-11-16", about="m16"),
        statement("told", "2025-11-13", about="m13"),
    )
    seen = slugs([first])
    after = first.after
    while after is not None:
        following = page(order=order, size=4, after=after)
        seen += slugs([following])
        after = following.after
    assert len(set(seen)) == len(seen)
    assert {f"m{day}" for day in range(10, 20)} <= set(seen)
    assert ("old" in seen, "new" in seen) == ((True, False) if order == "newest" else (False, True))
    assert ("told" in seen, "said" in seen) == ((True, False) if order == "newest" else (False, True))


def test_it_goes_on_from_a_thread_that_is_gone():
    builders.cast()
    publish(*[meeting(f"m{day}", f"2025-11-{day}") for day in range(10, 20)])
    first = page(size=4)
    builders.write(meeting("m16"), state=State.WITHDRAWN, reason="Wrong.")
    assert slugs([page(size=4, after=first.after)]) == ["m15", "m14", "m13", "m12"]


def test_it_shows_an_empty_page_of_nothing():
    assert page() == Page([], None, None)
    assert page(order="oldest", before=position.MAX_THREAD) == Page([], None, None)


@pytest.mark.usefixtures("_some")
def test_it_takes_any_cursor_that_holds_a_day():
    whole = expected("newest")
    for thread in (position.MAX_THREAD, 1 << 31):
        after = slugs([page(after=thread, size=500)])
        before = slugs([page(before=thread, size=500)])
        assert (after, before) == ((whole, []) if thread == position.MAX_THREAD else ([], whole))


@given(st.integers(1 << 31, position.MAX_THREAD))
@example(position.MAX_THREAD)
def test_it_reads_the_cursor_that_it_wrote(thread):
    assert read_cursor(write_cursor(thread)) == thread


@given(st.text() | st.text("0123456789abcdefghijklmnopqrstuvwxyz", max_size=14) | st.integers().map(str))
@example("0")
@example("1")
@example("zzzzzzzzzzz")
@example("-1")
@example("1\n")
@example("١")
@example("ſ")
def test_it_reads_no_cursor_in_nonsense(text):
    thread = read_cursor(text)
    if thread is not None:
        assert position.is_sound(thread)
        assert position.last_of(thread) < 2**63
        assert write_cursor(thread) == text.lstrip("0")


def test_it_asks_as_few_queries_at_every_size():
    def asked() -> list[int]:
        middle = sorted(Event.objects.values_list("position", flat=True))[Event.objects.count() // 2]
        index.current()  # made once for each data version
        counts = []
        for options in (
            {},
            {"order": "oldest"},
            {"after": position.thread_of(middle)},
            {"before": position.thread_of(middle)},
        ):
            with CaptureQueriesContext(connection) as queries:
                for event in entries(page(**options)):
                    for one in event.participations.all():
                        assert one.name
                        assert one.country.name
                        one.post_that_day()
                    for readout in event.readouts.all():
                        assert [readout.side.name, *readout.points.all()]
                    assert [citation.source.title for citation in event.citations.all()]
            counts.append(len(queries))
        return counts

    counts = []
    for size in (20, 60, 120):
        with transaction.atomic():
            many.events(size, seed=size, searchable=False)
            counts.append(asked())
            transaction.set_rollback(True)
    assert counts[0] == counts[1] == counts[2]
    assert max(counts[0]) <= 8
