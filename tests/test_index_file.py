"""Where the file of the index lies if nobody says so, and what happens where many write it or nobody can."""

import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import models

from tests import builders
from tests.builders import call, meeting, publish
from timeline import index
from timeline.index import build, file
from timeline.models import Change, DataVersion

pytestmark = pytest.mark.django_db

KNOWN: dict[str, Any] = {"NAME": "readout", "HOST": "db.example", "PORT": 5432}


@pytest.fixture
def place(db, settings, tmp_path, monkeypatch) -> Path:
    """The usual place as on PostgreSQL, for a small record."""
    builders.cast()
    publish(call(), meeting())
    index.forget()
    settings.INDEX_SNAPSHOT = None
    settings.INDEX_DIRECTORY = tmp_path / "kept"
    monkeypatch.setattr(file, "SAVED_FROM", 1)
    usual = file.usual_path
    monkeypatch.setattr(file, "usual_path", lambda vendor, known: usual("postgresql", {**KNOWN, "NAME": "here"}))
    monkeypatch.setattr(file, "_unwritable", set())
    return file.path() or tmp_path


def test_each_database_has_a_place_of_its_own(settings):
    settings.INDEX_DIRECTORY = "/srv/kept"
    assert file.usual_path("sqlite", {"NAME": "/srv/all.sqlite3"}) == Path("/srv/all.sqlite3-index")
    others = [KNOWN, {**KNOWN, "NAME": "../../etc/x"}, {**KNOWN, "HOST": ""}, {**KNOWN, "PORT": 5433}]
    places = [file.usual_path("postgresql", known) for known in others]
    assert {one.parent for one in places} == {Path("/srv/kept")}
    assert len(set(places)) == len(others)


def test_it_is_made_with_its_directory_and_found_by_the_next_process(place, monkeypatch):
    assert not place.parent.exists()
    version = index.current().version
    assert [stat.S_IMODE(one.stat().st_mode) for one in (place.parent, place)] == [0o700, 0o600]
    index.forget()
    monkeypatch.setattr(build, "whole", lambda version: pytest.fail("the file was not used"))
    assert index.current().version == version


def test_it_is_not_taken_where_the_record_is_another_one(place):
    """Restored from a backup, or made anew under the same name: no log leads from the file to what it is now."""
    saved = index.current().version
    index.forget()
    models.QuerySet.delete(Change.objects.filter(version=saved))
    DataVersion.objects.update(number=saved + 5)
    Change.objects.create(version=saved + 5, noun="topic", key="1", what="changed")
    before = place.read_bytes()
    assert index.current().version == saved + 5
    assert place.read_bytes() != before, "and the next process finds that of today"
    index.forget()
    DataVersion.objects.update(number=saved - 1)
    assert index.current().version == saved - 1


def test_it_is_not_taken_where_other_code_made_it(place, monkeypatch):
    index.current()
    assert file.load()
    monkeypatch.setattr(file, "_code", lambda: "of the next release")
    assert file.load() is None


def test_many_that_write_it_at_once_leave_one_sound_file(place, monkeypatch):
    held, database = index.current(), file._database()
    monkeypatch.setattr(file, "_database", lambda: database)  # threads here don't see this test's rows
    faults: list[str] = []

    def write() -> None:
        for _ in range(8):
            file._write(place, held)
            if file._read(place.read_bytes()) is None:
                faults.append("not sound")

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert faults == []
    assert list(place.parent.iterdir()) == [place], "nothing half-written stays"


def test_what_killed_writers_left_is_removed(place):
    place.parent.mkdir()
    old, new, other = (place.parent / name for name in (f"{place.name}.a.half", f"{place.name}.b.half", "other.half"))
    for one in (old, new, other):
        one.write_text("half")
    for one in (old, other):
        os.utime(one, (0, 0))
    index.current()
    assert {*place.parent.iterdir()} == {place, new, other}


def test_it_goes_on_where_nothing_can_be_written(place, caplog):
    place.parent.write_text("a file where the directory should be")
    for _ in range(3):
        assert len(index.current().published) == 2
        index.forget()
    assert [record.levelname for record in caplog.records if "could not be saved" in record.message] == ["WARNING"]
