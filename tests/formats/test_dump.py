"""The dump: what it holds, and that a site restored from it is the same."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from tests import builders, bundled
from timeline import record, reference
from timeline.formats.dump import dump
from timeline.ingest import dossier
from timeline.ingest.store import store
from timeline.models import Correction, Country, Event, Leader, Slug, State, tables
from timeline.record import merging
from timeline.views.share import short

CALL = "takaichi-trump-call-2025-11-25"
NOT_HELD = "takaichi-li-qiang-g20-2025-11"


@pytest.fixture(autouse=True)
def _settings(settings: Any) -> None:
    settings.SITE_URL = "https://readout.example"


def bundled_or_few(whole: bool) -> None:
    if whole:
        bundled.load()
        return
    builders.cast()
    builders.publish(
        builders.call(CALL, topics=["taiwan"]),
        builders.meeting(NOT_HELD, occurrence="did_not_take_place"),
        builders.statement(about=CALL, readouts=[builders.account("JP", "They spoke.", source=builders.SOURCE)]),
        builders.meeting("later", "2026-01"),
    )


@pytest.fixture(scope="module", params=[False, pytest.param(True, marks=pytest.mark.soak)], ids=["few", "bundled"])
def _lived_all_along(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[bool]:
    with django_db_blocker.unblock(), transaction.atomic():
        live(request.param)
        yield request.param
        transaction.set_rollback(True)


@pytest.fixture
def lived(_lived_all_along: bool, db: None) -> bool:
    """A record that `live` has made, put in once; whether it is the whole of the bundled dossiers."""
    return _lived_all_along


def live(whole: bool) -> None:
    """Some years of a record: renamed twice, corrected, withdrawn, merged, its people renamed, and a draft."""
    bundled_or_few(whole)
    event = builders.event(CALL)
    for slug in ("takaichi-trump-second-call", "takaichi-trump-call-on-xi"):
        with record.writing() as writer:
            writer.write({**record.of(event), "id": slug, "title": f"Takaichi and Trump speak ({slug})"}, event=event)
    with record.writing():
        event = builders.event("takaichi-trump-call-on-xi")
        Correction(event=event, version=event.versions.last(), date=event.latest, text="It was 25 minutes.").save()
    with record.writing() as writer:
        writer.withdraw(builders.event(NOT_HELD), "Another source says that they did talk.")
    builders.source("another-paper")
    builders.publish(builders.call("twin", "2025-11-25", citations=[{"source": "another-paper"}]))
    with record.writing() as writer:
        Leader.objects.filter(slug=builders.TAKAICHI).update(name="Takaichi Sanae")
        writer.explain(Leader.objects.get(slug=builders.TAKAICHI), correction="Her family name comes first.")
        Country.objects.filter(code="US").update(adjective="American")
    merging.merge(builders.event("takaichi-trump-call-on-xi"), builders.event("twin"), note="One call, entered twice.")
    builders.topic("of-a-draft", "A topic of a draft")
    builders.write(builders.call("draft", citations=[], topics=["of-a-draft"]), state=State.DRAFT)
    with record.writing():
        Country(code="XKOS", name="A place of our own").save()


def written(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(directory.iterdir())}


def read(directory: Path) -> str:
    return str(store([dossier.read(path) for path in sorted(directory.glob("*.json"))]))


def empty() -> None:
    """Take every row of the record away, as if the database had just been made; the countries stay."""
    with connection.cursor() as cursor:
        for model in tables():
            if model is not Country:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")
        cursor.execute("DELETE FROM timeline_country WHERE code = 'XKOS'")
    reference.forget_orphaned_words("default")
    assert not Event.objects.exists()


def addresses(client: Client, whole: bool) -> dict[str, tuple[int, str, bytes]]:
    """What every address that ever was answers: status, where a redirect leads, and its words."""
    forms = [".json", "/versions/1/"]
    if whole:
        forms += ["/", ".ics", ".bib", ".txt", ".ris", ".csl.json", "/card/"]
        forms += [f"/versions/{number}/" for number in (2, 3, 4)]
    slugs = [*Slug.objects.values_list("slug", flat=True), *Event.objects.values_list("slug", flat=True)]
    paths = [f"/events/{slug}{form}" for slug in dict.fromkeys(slugs) for form in forms if slug != "draft"]
    paths += [short(event) for event in Event.objects.exclude(state=State.DRAFT)]
    answers = {path: client.get(path) for path in paths}
    return {path: (one.status_code, one.get("Location", ""), one.content) for path, one in answers.items()}


@pytest.mark.long
def test_a_restored_site_breaks_no_address_and_dumps_the_same(lived: bool, client: Client, tmp_path: Path) -> None:
    dump(tmp_path / "one")
    before = addresses(client, lived)
    order = list(Event.objects.published().newest_first().values_list("slug", flat=True))
    empty()
    assert read(tmp_path / "one").startswith(f"Created {len(order) + 2}, updated 0, unchanged 0, kept as edited 0.")
    dump(tmp_path / "two")
    assert written(tmp_path / "two") == written(tmp_path / "one")
    assert addresses(client, lived) == before
    assert list(Event.objects.published().newest_first().values_list("slug", flat=True)) == order
    today = "/events/takaichi-trump-call-on-xi"
    assert before[f"/events/{CALL}.json"][:2] == (301, f"{today}.json")
    assert before["/events/twin.json"][:2] == (301, f"{today}.json")
    assert before[f"/events/{NOT_HELD}.json"][0] == before[f"/events/{NOT_HELD}/versions/1/"][0] == 410
    version = before[f"{today}/versions/1/"]
    assert version[0] == 200
    assert b"Sanae Takaichi" in version[2]
    assert b"Takaichi Sanae" not in version[2]
    # Where all of it stands, it changes nothing.
    rows = builders.dump()
    assert read(tmp_path / "one") == f"Created 0, updated 0, unchanged {len(order) + 2}, kept as edited 0."
    assert builders.dump() == rows


@pytest.mark.usefixtures("lived")
def test_it_holds_nothing_that_readers_never_saw(tmp_path: Path) -> None:
    dump(tmp_path)
    public = "".join(path.read_text() for path in tmp_path.glob("*.json") if not path.name.startswith("withdrawn"))
    assert '"draft"' not in public
    assert "of-a-draft" not in public
    assert '"id": "taiwan"' in public
    assert NOT_HELD not in json.dumps(
        [row["event"] for row in json.loads((tmp_path / "events-0001.json").read_text())["history"]]
    )
    assert "Merged with" not in public


@pytest.mark.django_db
def test_it_wants_an_empty_directory(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CommandError, match="not an empty directory"):
        call_command("dump", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.usefixtures("lived")
def test_a_history_with_a_fault_is_told_with_its_place(tmp_path: Path) -> None:
    dump(tmp_path)
    former = json.loads((tmp_path / "former-0001.json").read_text())["former"]
    leader = next(place for place, one in enumerate(former) if "posts" in one["row"])
    for name, path, value in (
        ("events-0001", ("history", 0, "versions", 0, "at"), "yesterday"),
        ("former-0001", ("former", leader, "row", "posts", 0, "since"), "2025-13"),
        ("former-0001", ("former", leader, "row", "name"), 7),
    ):
        content = row = json.loads((tmp_path / f"{name}.json").read_text())
        for step in path[:-1]:
            row = row[step]
        row[path[-1]] = value
        assert dossier.faults(content, name)[0].pointer == dossier.pointer(path)
