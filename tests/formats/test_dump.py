"""The dump: what it holds, and that a site restored from it is the same."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from tests import builders
from timeline import record, reference
from timeline.formats.dump import dump
from timeline.ingest import dossier
from timeline.ingest.store import store
from timeline.models import Correction, Country, Event, Slug, State
from timeline.record import merging
from timeline.views.share import short

CALL = "takaichi-trump-call-2025-11-25"
NOT_HELD = "takaichi-li-qiang-g20-2025-11"
LIVED = {CALL, NOT_HELD, "takaichi-trump-second-call", "takaichi-trump-call-on-xi", "twin", "draft"}


@pytest.fixture(autouse=True)
def _settings(settings: Any) -> None:
    settings.SITE_URL = "https://readout.example"


@pytest.fixture
def lived(bundled: None) -> None:
    """The bundled record after some years: renamed twice, corrected, withdrawn, merged, and a draft."""
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
    merging.merge(builders.event("takaichi-trump-call-on-xi"), builders.event("twin"), note="One call, entered twice.")
    builders.write(builders.call("draft", citations=[]), state=State.DRAFT)
    with record.writing():
        Country(code="XKOS", name="A place of our own").save()


def written(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(directory.iterdir())}


def read(directory: Path) -> str:
    return str(store([dossier.read(path) for path in sorted(directory.glob("*.json"))]))


def empty() -> None:
    """Take every row of the record away, as if the database had just been made; the countries stay."""
    tables = [model._meta.db_table for model in apps.get_app_config("timeline").get_models() if not model._meta.proxy]
    with connection.cursor() as cursor:
        for table in tables:
            if table != Country._meta.db_table:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
        cursor.execute("DELETE FROM timeline_country WHERE code = 'XKOS'")
    reference.forget_orphaned_words("default")
    assert not Event.objects.exists()


def addresses(client: Client) -> dict[str, tuple[int, str]]:
    """What every address that ever was answers: status, and where a redirect leads."""
    found = {}
    slugs = [*Slug.objects.values_list("slug", flat=True), *Event.objects.values_list("slug", flat=True)]
    for slug in dict.fromkeys(slugs):
        paths = [f"/events/{slug}.bib"]  # it is found like the page, and made sooner
        if slug in LIVED:
            paths += [f"/events/{slug}/", f"/events/{slug}.json", f"/events/{slug}/versions/1/"]
        for path in paths:
            response = client.get(path)
            found[path] = (response.status_code, response.get("Location", ""))
    for event in Event.objects.exclude(state=State.DRAFT):
        response = client.get(path := short(event))
        found[path] = (response.status_code, response.get("Location", ""))
    return found


@pytest.mark.usefixtures("lived")
def test_a_restored_site_breaks_no_address_and_dumps_the_same(client: Client, tmp_path: Path) -> None:
    dump(tmp_path / "one")
    before, page = addresses(client), client.get("/events/takaichi-trump-call-on-xi/versions/2/").content
    order = list(Event.objects.published().newest_first().values_list("slug", flat=True))
    empty()
    assert read(tmp_path / "one").startswith(f"Created {len(order) + 2}, updated 0, unchanged 0, kept as edited 0.")
    dump(tmp_path / "two")
    assert written(tmp_path / "two") == written(tmp_path / "one")
    after = addresses(client)
    assert {path: answer for path, answer in before.items() if "draft" not in path and answer[0] != 404} == {
        path: answer for path, answer in after.items() if answer[0] != 404
    }
    assert list(Event.objects.published().newest_first().values_list("slug", flat=True)) == order
    assert client.get("/events/takaichi-trump-call-on-xi/versions/2/").content == page
    assert before[f"/events/{CALL}/"] == (301, "/events/takaichi-trump-call-on-xi/")
    assert before[f"/events/{NOT_HELD}/"][0] == 410
    assert before["/events/twin/"] == (301, "/events/takaichi-trump-call-on-xi/")


@pytest.mark.usefixtures("lived")
def test_reading_it_where_all_of_it_stands_changes_nothing(tmp_path: Path) -> None:
    dump(tmp_path / "one")
    before = builders.dump()
    events = Event.objects.exclude(state=State.DRAFT).count()
    assert read(tmp_path / "one") == f"Created 0, updated 0, unchanged {events}, kept as edited 0."
    assert builders.dump() == before


@pytest.mark.usefixtures("lived")
def test_it_holds_nothing_that_readers_never_saw(tmp_path: Path) -> None:
    dump(tmp_path)
    public = "".join(path.read_text() for path in tmp_path.glob("*.json") if not path.name.startswith("withdrawn"))
    assert '"draft"' not in public
    assert NOT_HELD not in json.dumps(
        [row["event"] for row in json.loads((tmp_path / "events-0001.json").read_text())["history"]]
    )
    assert "Merged with" not in public


@pytest.mark.usefixtures("bundled")
def test_it_wants_an_empty_directory(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CommandError, match="not an empty directory"):
        call_command("dump", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.usefixtures("bundled")
def test_a_history_with_a_fault_is_told_with_its_place(tmp_path: Path) -> None:
    dump(tmp_path)
    path = tmp_path / "events-0001.json"
    content = json.loads(path.read_text())
    content["history"][0]["versions"][0]["at"] = "yesterday"
    path.write_text(json.dumps(content))
    with pytest.raises(dossier.DossierError, match="/history/0/versions/0/at"):
        read(tmp_path)
