"""Long lists of the desk, page by page: nothing is shown twice or left out while rows come and go."""

import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from tests import builders
from tests.builders import call, write
from tests.desk import unshown
from timeline import record
from timeline.admin import bulk_changes, discarded, event_pages
from timeline.admin.by_key import Page, page_of
from timeline.models import BulkChange, BulkEntry, Doing, State
from timeline.record.bulk import as_one

pytestmark = pytest.mark.django_db


def entries(bulk: BulkChange, *numbers: int) -> None:
    BulkEntry.objects.bulk_create(
        BulkEntry(bulk=bulk, noun="topic", key=str(number), title=str(number), number=number) for number in numbers
    )


@pytest.fixture
def bulk() -> BulkChange:
    made = BulkChange.objects.create(what=Doing.TABLE, at="2026-01-01T00:00Z")
    entries(made, *range(10, 33))
    return made


def page(bulk: BulkChange, query: str = "", *, falling: bool = False) -> Page[BulkEntry]:
    request = RequestFactory().get(f"/{query}")
    return page_of(bulk.entries.all(), request, column="number", size=5, falling=falling)


def numbers(*pages: Page[BulkEntry]) -> list[int]:
    return [row.number for one in pages for row in one.rows]


@pytest.mark.parametrize("falling", [False, True])
def test_every_row_is_on_one_page_there_and_back(bulk, falling):
    there = [page(bulk, falling=falling)]
    while there[-1].after:
        there.append(page(bulk, there[-1].after, falling=falling))
    assert numbers(*there) == sorted(range(10, 33), reverse=falling)
    assert [len(one.rows) for one in there] == [5, 5, 5, 5, 3]
    back = [there[-1]]
    while back[0].before:
        back.insert(0, page(bulk, back[0].before, falling=falling))
    assert numbers(*back) == numbers(*there)
    assert there[0].before == there[-1].after == ""
    assert back[0].before == ""
    assert back[0].after


def test_rows_that_come_and_go_move_no_other(bulk):
    first = page(bulk, falling=True)
    entries(bulk, *range(40, 45))
    bulk.entries.filter(number__in=(28, 27)).delete()
    second = page(bulk, first.after, falling=True)
    assert (numbers(first), numbers(second)) == ([32, 31, 30, 29, 28], [26, 25, 24, 23, 22])
    assert numbers(page(bulk, second.before, falling=True)) == [41, 40, 32, 31, 30, 29][1:]


def test_nonsense_leads_to_the_first_page(bulk, django_assert_max_num_queries):
    first = page(bulk)
    assert not first.before
    for text in ("", "x", "-1", "1.5", "٣", "9" * 5000, str(2**63), str(2**62), "%00", "0"):
        for name in ("before", "after"):
            with django_assert_max_num_queries(2):
                found = page(bulk, f"?{name}={text}")
            assert numbers(found) == numbers(first) or (name, text) == ("before", str(2**62)), text
    assert numbers(page(bulk, f"?before={2**62}")) == [28, 29, 30, 31, 32]
    bulk.entries.all().delete()
    assert page(bulk, "?after=3") == Page([], "", "")


def test_the_links_stand_only_where_there_is_more():
    def links(before: str, after: str) -> str:
        shown = Page[Any]([], before, after)
        context = {"page": shown, "before": "Later", "after": "Earlier"}
        return render_to_string("admin/timeline/_pages.html", context).strip()

    assert links("", "") == ""
    assert links("?before=3", "?after=9").count("<a href=") == 2
    assert '<a href="?after=9" rel="next">Earlier</a>' in links("", "?after=9")
    assert "Later" not in links("", "?after=9")


def test_the_pages_of_the_desk_go_on_behind_a_number(admin_client, monkeypatch):
    builders.cast()
    for module in (bulk_changes, discarded, event_pages):
        monkeypatch.setattr(module, "_A_PAGE", 2)
    event = write(call())
    for number in (2, 3):
        write(call(title=f"They speak {number}"))
    with as_one(Doing.TABLE, words="my.csv") as made, record.writing() as writer:
        drafts = [writer.write(call(f"draft-{n}"), state=State.DRAFT).event for n in range(3)]
    with record.writing() as writer:
        writer.discard_all(drafts)
    assert made.row
    for address, seen in (
        (reverse("admin:timeline_call_history", args=[event.pk]), lambda page: [row.number for row in page.rows]),
        (reverse("admin:timeline_event_discarded_list"), lambda page: [row.slug for row in page.rows]),
        (reverse("admin:timeline_bulkchange_change", args=[made.row.pk]), lambda page: [row.key for row in page.rows]),
    ):
        with unshown():
            first = admin_client.get(address).context_data["page"]
            second = admin_client.get(address + first.after).context_data
            assert len(seen(first)) == 2
            assert len(seen(second["page"])) == 1
            assert second["page"].before
            assert not second["page"].after
            assert not {*seen(first)} & {*seen(second["page"])}
        if "saved" in second:
            assert [(one.is_first, one.can_be_restored) for one in second["saved"]] == [(True, True)]
    text = admin_client.get(reverse("admin:timeline_event_discarded_list")).text
    assert re.search(r'<a href="\?after=\d+" rel="next">Discarded earlier</a>', text)
    assert "Discarded later" not in text
