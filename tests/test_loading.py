"""Rows that Django's `loaddata` brings from another database: seen at once by everyone, or refused in words."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Model

from tests import builders
from tests.builders import account, call, meeting, publish, statement, write
from timeline import index, reading, record, search
from timeline.filters import TimelineFilter
from timeline.index import build, check
from timeline.models import Change, Country, DataVersion, Discarded, Event, Leader, State
from timeline.models.guard import WriteRefused

pytestmark = pytest.mark.django_db

Rows = dict[str, list[dict[str, Any]]]
KEPT = {"CN", "FR", "JP", "US"}  # the countries that the dump tells of: two hundred more would say no more
MADE_ANEW = {"Contact", "DataVersion", "Change"}  # the same rows, by other numbers


@pytest.fixture(scope="module")
def dumped(django_db_setup, django_db_blocker, tmp_path_factory) -> tuple[str, Rows]:
    """The dump of a record that is gone again, and the rows that it had."""
    path = tmp_path_factory.mktemp("dump") / "all.json"
    with django_db_blocker.unblock(), transaction.atomic():
        builders.cast()
        publish(
            call(readouts=[account("JP", "It lasted 25 minutes.")]),
            meeting("talks", "2025-11-26", format="multilateral"),
            statement(about="call", topics=["taiwan"], words="台湾 is named."),
            meeting("gone", "2025-11-20"),
        )
        write(meeting("gone", "2025-11-20"), state=State.WITHDRAWN, reason="Wrong.")
        write(call("draft"), state=State.DRAFT)
        dropped = write(call("dropped"), state=State.DRAFT)
        with record.writing() as writer:
            writer.discard(dropped)
        with record.writing():
            Country.objects.filter(code="FR").update(name="La France")
        whole = rows()
        call_command("dumpdata", "timeline", use_natural_foreign_keys=True, output=str(path), verbosity=0)
        transaction.set_rollback(True)
    index.forget()
    told = [one for one in json.loads(path.read_text()) if one["model"] != "timeline.country" or one["pk"] in KEPT]
    return json.dumps(told), whole


def rows() -> Rows:
    """Every row; times as JSON tells them, to the millisecond."""
    return {
        name: [
            {
                column: value.replace(microsecond=value.microsecond // 1000 * 1000)
                if isinstance(value, datetime)
                else value
                for column, value in row.items()
            }
            for row in some
        ]
        for name, some in builders.dump().items()
    }


def load(path: Path, written: str) -> None:
    path.write_text(written)
    call_command("loaddata", str(path), verbosity=0)


def same(one: Rows, other: Rows) -> bool:
    contacts = [
        sorted(sorted((name, str(value)) for name, value in row.items() if name != "id") for row in some["Contact"])
        for some in (one, other)
    ]
    return contacts[0] == contacts[1] != [] and all(one[name] == other[name] for name in one.keys() - MADE_ANEW)


@pytest.mark.long
def test_what_is_loaded_is_seen_by_a_process_that_held_an_index(dumped, tmp_path):
    """And what follows from rows is made anew, whatever was dumped of it."""
    written, whole = dumped
    told = json.loads(written)
    for row in told:
        if row["model"] == "timeline.event":
            row["fields"]["position"], row["fields"]["hangs_from"] = 5, None
        elif row["model"] == "timeline.searchtext":
            row["fields"]["tokens"] = "nonsense"
        elif row["model"] == "timeline.dataversion":
            row["fields"]["number"] = 1
    before = index.current()
    assert not before.published
    load(tmp_path / "all.json", json.dumps([row for row in told if row["model"] != "timeline.contact"]))
    loaded = rows()
    assert same(loaded, whole)
    # The log tells of every row, under a number that nobody has seen.
    version = reading.data_version()
    assert version > max(before.version, whole["DataVersion"][0]["number"])
    keys = set(Change.objects.filter(version=version).values_list("noun", "key"))
    assert keys >= {("event", str(row["id"])) for row in whole["Event"]} | {("country", "FR")}
    held = index.current()
    assert (held.version, len(held.published)) == (version, 3)
    assert check.faults(held) == []
    assert held.name("country", "FR") == ("FR", "La France")
    brought = build.advanced(before, version)
    assert brought is None or check.faults(brought) == []
    # Words are found, and the next entry gets numbers of its own.
    for words in ("台湾", '"25 minutes"'):
        assert len(TimelineFilter(q=words).ids()) == 1
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO timeline_search(timeline_search, rank) VALUES ('integrity-check', 1)")
    (event,) = publish(call("next", "2025-12-01", title="What came next"))
    assert event.pk > Discarded.objects.get().number
    assert len(search.ids(search.parse("came next"), index.current())) == 1
    assert check.faults(index.current()) == []


def test_what_is_rolled_back_never_came(dumped, tmp_path):
    held, before = index.current(), builders.dump()
    with pytest.raises(Exception, match="nowhere"):
        load(tmp_path / "all.json", re.sub(r'"leader": \d+', '"leader": "nowhere"', dumped[0]))
    assert builders.dump() == before
    assert index.current() is held


def test_a_record_that_holds_anything_takes_no_rows(dumped, tmp_path):
    builders.source("another")
    before, version = builders.dump(), reading.data_version()
    with pytest.raises(CommandError, match="an empty one only: their keys would mean other rows"):
        load(tmp_path / "all.json", dumped[0])
    assert builders.dump() == before
    # What is no part of the record is Django's own affair.
    load(
        tmp_path / "users.json",
        '[{"model": "auth.user", "pk": 77, "fields": {"username": "alice", "password": "!"}}]',
    )
    assert reading.data_version() == version


def test_dumped_rows_are_refused_outside_the_writer(dumped):
    refused: set[type[Model]] = set()
    for row in serializers.deserialize("json", dumped[0], handle_forward_references=True):
        if (model := type(row.object)) in {Event, Leader, DataVersion} - refused:
            with pytest.raises(WriteRefused, match=r"taken in by manage\.py loaddata alone"):
                row.save()
            refused.add(model)
    assert len(refused) == 3
