"""Lists and forms of the desk ask the database as often for many rows as for one."""

import re
from collections import Counter
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests import builders
from tests.desk import as_a_browser_sends_it, unshown
from timeline import record
from timeline.admin.event_lists import found
from timeline.models import Call, Event, Leader, Meeting, Post, Relation, Source, State, Statement, Topic

ROWS = 5  # more than a page asks anything for by itself
COUNTRIES = {"first-one": "JP", "second-one": "US", "third-one": "CN", "fourth-one": "FR", "fifth-one": "KR"}
_OF_THE_CONNECTION = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "SET ")
_VALUES = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b|%s")
_LISTS = re.compile(r"\(\s*\?(?:,\s*\?)*\s*\)")


@pytest.fixture(scope="module")
def _some_of_everything(django_db_setup, django_db_blocker):
    """So many rows of every noun, and in each kind an event that has so many of every part."""
    with django_db_blocker.unblock(), transaction.atomic():
        people = list(COUNTRIES)
        with record.writing():
            for slug, country in COUNTRIES.items():
                leader = Leader(slug=slug, name=slug, family_name=slug)
                leader.save()
                Post(leader=leader, country_id=country, title="Prime Minister").save()
                Source(slug=f"paper-{slug}", publisher="Paper", title="News", url=f"https://example.org/{slug}").save()
                Topic(slug=slug, name=slug).save()
                User.objects.create_user(slug, is_staff=True)
        citations = [{"source": f"paper-{slug}"} for slug in people]
        accounts = [
            builders.account(side, "They spoke.", source=citations[0]["source"], given_by=people[0])
            for side in COUNTRIES.values()
        ]
        makers = {"call": builders.call, "meeting": builders.meeting, "statement": builders.statement}
        rows = []
        for kind, make in makers.items():
            roles = ["speaker", *["addressee"] * (ROWS - 1)] if kind == "statement" else ["principal"] * ROWS
            whole: dict[str, Any] = {
                "participants": [builders.person(slug, role) for slug, role in zip(people, roles, strict=True)],
                "citations": citations,
                "readouts": accounts,
                "topics": people,
            }
            rows += [make(f"{kind}-{number}", **whole) for number in range(ROWS)]
            links = [{"relation": relation, "event": f"{kind}-0"} for relation in Relation.values]
            rows.append(make(f"{kind}-{ROWS}", **whole, links=links))
        with record.writing() as writer:
            for row in rows:
                writer.write(row, state=State.DRAFT)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def asked(admin_client):
    """Ask for a page, and get what it asked of the database, values left out; the answer."""

    def ask(method: str, address: str, **data: Any) -> tuple[Counter[str], Any]:
        with CaptureQueriesContext(connection) as queries:
            response = getattr(admin_client, method)(address, **data)
        statements = [_LISTS.sub("(?)", _VALUES.sub("?", query["sql"])) for query in queries]
        return Counter(one for one in statements if not one.startswith(_OF_THE_CONNECTION)), response

    return ask


def often(statements: Counter[str]) -> list[str]:
    """What was asked once a row."""
    return [f"{number} times {statement}" for statement, number in statements.items() if number >= ROWS]


MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.mark.usefixtures("_some_of_everything", "db")
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_lists_and_forms_ask_nothing_once_a_row(asked, model):
    name = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    statements, response = asked("get", name)
    assert response.status_code == 200
    assert often(statements) == []
    rows = model._default_manager.order_by("-pk")
    if model in (Event, Meeting, Statement) or not rows:
        return  # it leads to the form of its kind; it is the form of calls; or the desk has none of these by itself
    statements, response = asked("get", f"{name}{rows[0].pk}/change/")
    assert response.status_code == 200
    assert often(statements) == []


@pytest.mark.usefixtures("_some_of_everything", "db")
def test_a_form_is_checked_without_a_question_for_each_row(asked):
    call = Call.objects.latest("pk")
    address = f"/admin/timeline/call/{call.pk}/change/"
    with unshown():
        sent = as_a_browser_sends_it(asked("get", address)[1])
        assert sent["links-TOTAL_FORMS"] == str(ROWS)
        statements, response = asked("post", address, data=sent | {"date": "nonsense"})
        assert response.status_code == 200
        assert often(statements) == []


@pytest.mark.django_db
def test_words_find_drafts_too_and_what_is_excluded_stays_out():
    builders.cast()
    builders.publish(builders.call("one", title="They speak of trade and fish"))
    builders.write(builders.call("two", "2025-12-01", title="They speak of fish and trade"), state=State.DRAFT)
    builders.write(builders.meeting("three", "2025-12-02", title="They eat fish"), state=State.DRAFT)

    def slugs(term: str) -> list[str]:
        return [event.slug for event in found(Event.objects.order_by("slug"), term)]

    assert slugs("fish") == ["one", "three", "two"]
    assert slugs('"trade and fish"') == ["one"]
    assert slugs('fish -"fish and trade"') == ["one", "three"]
    assert slugs("fish -trade") == ["three"]
    assert {"one", "two", "three"} & set(slugs("-trade")) == {"three"}
    assert slugs("thr") == ["three"]
    assert [event.slug for event in found(Call.objects.order_by("slug"), "eat fish")] == []
