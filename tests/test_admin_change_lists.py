"""The desk's change lists, page by page: in every order each row once, nothing counted off, nothing moved meanwhile."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from tests.desk import unshown
from timeline import record
from timeline.admin import by_order
from timeline.admin.by_order import DeskList
from timeline.models import (
    Article,
    BulkChange,
    Call,
    Country,
    Event,
    Leader,
    Meeting,
    Source,
    Statement,
    Topic,
)
from timeline.models.guard import unheard, unlocked

ROWS, SIZE = 20, 7
DAY = datetime(2026, 1, 1, tzinfo=UTC)
# So few of each that many rows are alike, with what databases sort in ways of their own.
TEXTS = ("", "a", "B", "ä", "東京", "b c", "😀")
NONSENSE = ("", "x", "-1", ".", "..", "a.b", "\x00", "東.京", "9" * 5000)
LISTS = sorted(admin.site._registry, key=lambda model: model._meta.label)
# Meetings and statements have what calls have.
WALKED = [
    pytest.param(one, marks=pytest.mark.long) if one in (Meeting, Statement) else one
    for one in LISTS
    if one is not Event
]


def text(number: int) -> str:
    return TEXTS[number % len(TEXTS)]


def event(kind: str, number: int, **more: Any) -> Event:
    """A draft that is on the desk alone; three each stand in the same place."""
    values = {
        "slug": f"{kind}-{number}",
        "title": f"They speak {text(number)}",
        "position": number // 3,
        "place": text(number) if kind == "meeting" else "",
        "words": text(number) if kind == "statement" else "",
        "occurrence": ("took_place", "planned")[number % 2],
    }
    days = {"date": "2025-11-25", "earliest": date(2025, 11, 25), "latest": date(2025, 11, 25)}
    return Event(kind=kind, changed_at=DAY, **days, **(values | more))


@pytest.fixture(scope="module")
def _many(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """So many rows in every list of the desk that they fill some pages."""
    with django_db_blocker.unblock(), transaction.atomic():
        numbers = range(ROWS)
        with record.writing():
            with unlocked(unheard):  # nobody takes part in these, which no rule allows
                Event.objects.bulk_create(event(kind, n) for kind in ("meeting", "call", "statement") for n in numbers)
            Leader.objects.bulk_create(
                Leader(slug=f"l-{n}", name=f"Li {text(n)}", family_name="Li", native_name=text(n)) for n in numbers
            )
            Source.objects.bulk_create(
                Source(slug=f"s-{n}", publisher=f"P {text(n)}", title=text(n), published="2025" if n % 2 else "")
                for n in numbers
            )
            Topic.objects.bulk_create(Topic(slug=f"t-{n}", name=f"{text(n)} {n}") for n in numbers)
        Article.objects.bulk_create(
            Article(title=text(n), publisher=text(n), published=DAY.date() + timedelta(n % 4)) for n in numbers
        )
        BulkChange.objects.bulk_create(
            BulkChange(what="table", words=text(n), by_name=text(n + 1), at=DAY, size=n % 3) for n in numbers
        )
        User.objects.bulk_create(
            User(
                username=f"u-{n}",
                is_active=bool(n % 2),
                # Some have never signed in; some at the same moment.
                last_login=DAY + timedelta(microseconds=n // 3) if n % 3 else None,
            )
            for n in numbers
        )
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for modeladmin in admin.site._registry.values():
        monkeypatch.setattr(modeladmin, "list_per_page", SIZE)


@pytest.fixture
def editor() -> User:
    return User(username="chief", is_staff=True, is_superuser=True)


@pytest.fixture
def listed(editor: User) -> Any:
    """The list of a noun at a query string, as its page shows it; the page is not made."""

    def look(model: Any, query: str = "") -> Any:
        request = RequestFactory().get(f"/{query}")
        request.user = editor
        return admin.site._registry[model].get_changelist_instance(request)

    return look


def keys(*lists: DeskList) -> list[Any]:
    return [row.pk for one in lists for row in one.page.rows]


def walked(listed: Any, model: Any, query: str, way: str = "after") -> list[DeskList]:
    """The list at this query string and all behind it, or before it, as the links lead there."""
    found = [listed(model, query)]
    while (address := getattr(found[-1].page, way)) and len(found) < ROWS:  # links that went round would never end
        found.append(listed(model, address))
    return found


def orders(one: DeskList) -> list[str]:
    """The list's own order, and by each column that it can be sorted by: every other one falls, going back turns it."""
    numbers = [at for at, name in enumerate(one.list_display) if one.get_ordering_field(name)]
    return ["", *(f"?o={'-' if place % 2 else ''}{at}" for place, at in enumerate(numbers))]


@pytest.mark.usefixtures("_many", "db")
@pytest.mark.parametrize("model", WALKED, ids=lambda model: model._meta.model_name)
def test_each_row_is_on_one_page_there_and_back_in_every_order(listed, model, monkeypatch):
    if model is Country:  # there are some two hundred
        monkeypatch.setattr(admin.site._registry[model], "list_per_page", 80)
    for order in orders(listed(model)):
        there = walked(listed, model, order)
        whole = [row.pk for row in there[0].queryset]
        assert len(there) >= 3
        assert keys(*there) == whole, order
        back = [there[-1], *walked(listed, model, there[-1].page.before, "before")]
        assert keys(*reversed(back)) == whole, order
        assert not there[0].page.before


@pytest.mark.usefixtures("_many", "db")
@pytest.mark.parametrize("order", ["?o=6", "?o=-6"])
def test_where_nothing_stands_is_least_on_every_database(listed, order):
    seen = [row.last_login for one in walked(listed, User, order) for row in one.page.rows]
    empty = [moment for moment in seen if moment is None]
    told = [moment for moment in seen if moment is not None]
    assert len(empty) == 7
    assert seen == (sorted(told, reverse=True) + empty if "-" in order else empty + sorted(told))


@pytest.mark.usefixtures("_many", "db")
@pytest.mark.parametrize("order", ["", "?o=2"])
def test_what_comes_and_goes_meanwhile_moves_no_row_to_another_page(listed, order):
    first = listed(Call, order)
    second = keys(listed(Call, first.page.after))
    third = listed(Call, listed(Call, first.page.after).page.after)
    with record.writing(), unlocked(unheard):
        # At the very front, in either order; and the row goes that the second page begins behind.
        Event.objects.bulk_create([event("call", 0, slug="new", position=100, title="A")])
        Event.objects.filter(pk=first.page.rows[-1].pk).delete()
    assert keys(listed(Call, first.page.after)) == second
    assert keys(listed(Call, third.page.before)) == second
    front = listed(Call, listed(Call, third.page.before).page.before)
    assert keys(front)[-SIZE + 1 :] == keys(first)[:-1]
    assert front.page.rows[0].slug == "new"


@pytest.mark.usefixtures("_many", "db")
def test_a_late_page_asks_what_the_first_one_does(admin_client):
    def asked(query: str) -> tuple[list[str], DeskList]:
        with unshown(), CaptureQueriesContext(connection) as queries:
            answer = admin_client.get(f"/admin/timeline/call/{query}")
            shown: DeskList = answer.context_data["cl"]
            assert (shown.page.rows, shown.counted) == (shown.result_list, f"{ROWS} calls")
        return [query["sql"] for query in queries], shown

    asked("")  # the first answer also keeps the session
    first, shown = asked("")
    second, shown = asked(shown.page.after)
    third, shown = asked(shown.page.after)
    back, _shown = asked(shown.page.before)
    assert len(first) == len(second) == len(third) == len(back)
    for statements in (first, second, third, back):
        assert not [one for one in statements if "OFFSET" in one]
        assert len([one for one in statements if "COUNT(" in one]) == 1


@pytest.mark.usefixtures("_many", "db")
def test_nonsense_leads_to_the_first_page(listed):
    first = listed(Call)
    right, of_another_order, of_another_noun = (
        parse_qs(one.page.after[1:])["after"][0] for one in (first, listed(Call, "?o=2"), listed(Statement))
    )
    for cursor in (*NONSENSE, right[:-1], of_another_order, of_another_noun):
        for name in ("after", "before", "p"):
            assert keys(listed(Call, "?" + urlencode({name: cursor}))) == keys(first), cursor
    assert keys(listed(Call, f"?after={right}&before={right}")) == keys(listed(Call, f"?after={right}"))
    assert keys(listed(Call, f"?before={right}")) == keys(first)[:-1]
    assert keys(listed(Call, f"?q=nowhere&after={right}")) == []


@pytest.mark.usefixtures("_many", "db")
def test_the_next_page_has_the_same_filters_words_and_order(listed):
    query = {"o": "-2", "q": "call", "occurrence__exact": "planned", "_popup": "1", "_to_field": "id"}
    second = listed(Call, listed(Call, "?" + urlencode(query)).page.after)
    assert [row.occurrence for row in second.page.rows] == ["planned"] * 3
    found = parse_qs(second.page.before[1:])
    assert found.pop("before")
    assert found == {name: [value] for name, value in query.items()}
    # Another order, filter or search begins with its own first page.
    assert "after" not in second.params
    assert "after" not in second.get_query_string({"o": "1"})
    assert all("after" not in one["query_string"] for one in second.filter_specs[0].choices(second))


@pytest.mark.usefixtures("_many", "db")
def test_all_stand_on_one_page_where_they_are_not_too_many(listed, monkeypatch):
    first = listed(Call, "?o=2")
    whole = listed(Call, first.all_address)
    assert keys(whole) == [row.pk for row in first.queryset]
    assert (whole.page.before, whole.page.after, whole.all_address) == ("", "", "")
    monkeypatch.setattr(admin.site._registry[Call], "list_max_show_all", ROWS - 1)
    assert keys(listed(Call, first.all_address)) == keys(first)
    assert listed(Call).all_address == ""


@pytest.mark.usefixtures("_many", "db")
def test_all_that_are_chosen_are_meant_where_not_all_are_counted(admin_client, monkeypatch):
    monkeypatch.setattr(by_order, "MOST_COUNTED", 10)
    text = admin_client.get("/admin/timeline/call/").text
    assert "Select all: more than 10 calls" in text
    assert "All selected: more than 10 calls" in text
    assert "of 7 selected" in text
    assert re.search(
        r'<p class="paginator">\s*<a href="\?after=[^"]+" rel="next">Next page</a> more than 10 calls', text
    )
    # From a late page too: what is done to all, or taken away, is what the list holds.
    after = re.findall(r'"(\?after=[^"]+)" rel="next"', text)[0]
    first = Call.objects.latest("position", "id").pk
    chosen = {"action": "table_selected", "select_across": "1", "_selected_action": [first], "index": "0"}
    with CaptureQueriesContext(connection) as queries:
        selected = b"".join(admin_client.post(f"/admin/timeline/call/{after}", chosen).streaming_content).decode()
        exported = b"".join(admin_client.get(f"/admin/timeline/call/export/{after}").streaming_content).decode()
    assert selected.count("\ncall-") == exported.count("\ncall-") == ROWS
    assert not [query["sql"] for query in queries if "COUNT(" in query["sql"]]


@pytest.mark.usefixtures("_many", "db")
def test_one_is_one(listed):
    assert listed(Call, "?slug__exact=call-1").counted == "1 call"
    assert listed(Call, "?slug__exact=call-1").page.after == ""
    assert listed(Call, "?q=nowhere").counted == "0 calls"


@pytest.mark.usefixtures("_many", "db")
def test_who_acts_on_some_of_a_page_comes_back_to_it(admin_client):
    with unshown():
        shown = admin_client.get("/admin/timeline/call/").context_data["cl"]
    address = f"/admin/timeline/call/{shown.page.after}"
    answer = admin_client.post(address, {"action": "", "_selected_action": ["1"], "index": "0"})
    assert (answer.status_code, answer["Location"]) == (302, address)


@pytest.mark.usefixtures("db")
def test_a_narrowed_list_leads_back_to_the_whole_one(admin_client):
    back = '(<a href="?">Show all</a>)'
    assert back not in admin_client.get("/admin/timeline/topic/").content.decode()
    assert f"0 topics {back}" in admin_client.get("/admin/timeline/topic/?q=nowhere").content.decode()
