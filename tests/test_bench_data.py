"""The bench's made-up record is one that the app could have written, and skewed."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import transaction
from django.db.models import Count
from django.http import QueryDict
from django.test import Client

from tests.bench import data, mix
from tests.builders import Record
from timeline import record, search
from timeline.filters import TimelineFilter
from timeline.models import Change, Contact, Event, Leader, Occurrence, SearchText, State, Version

pytestmark = pytest.mark.long  # nobody is served what it makes

SIZE = 200


@pytest.fixture(scope="module", autouse=True)
def _record(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        # The bench's own twenty thousand take longer to make than these few events.
        patch.setattr(data, "VOCABULARY", 500)
        patch.setattr(data, "CLAUSES", 500)
        data.fill(SIZE)
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _only_looked_at(_record: None, db: None) -> None:
    """What a test changes is gone for the next."""


def _derived() -> dict[str, list[Record]]:
    """The rows that saving an event may write anew, whatever keys they have."""
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in (Event, SearchText)}
    contacts = [{**row, "id": None} for row in Contact.objects.values()]
    return {**rows, "Contact": sorted(contacts, key=lambda row: [str(value) for value in row.values()])}


def test_it_writes_what_the_writer_would_have_derived() -> None:
    before = _derived()
    with record.writing():
        for event in Event.objects.order_by("pk")[::2]:
            event.save()
    after = _derived()
    assert after["Event"] == before["Event"]
    assert after["SearchText"] == before["SearchText"]
    assert after["Contact"] == before["Contact"]
    records = record.of_all(Event.objects.values_list("pk", flat=True))
    for version in Version.objects.select_related("event"):
        assert version.record == records[version.event_id]
        assert (version.public_number == 1) == (version.event.state == State.PUBLISHED)
    assert len(before["Contact"]) > SIZE // 4


def test_it_announces_itself_and_can_be_searched() -> None:
    assert Change.objects.latest("version").noun == "source"
    common = search.matching(search.parse(data.COMMON_WORD)).count()
    assert SIZE // 3 < common <= SearchText.objects.count() == SIZE


def test_it_is_skewed() -> None:
    met = Leader.objects.annotate(times=Count("participations")).order_by("-times")
    assert Leader.objects.count() == data.LEADERS
    assert sum(leader.times for leader in met[:15]) > SIZE / 3
    days = list(Event.objects.order_by("earliest").values_list("earliest", flat=True))
    assert days[SIZE // 2].year > 2010
    assert 0.05 * SIZE < Event.objects.exclude(occurrence=Occurrence.TOOK_PLACE).count() < 0.2 * SIZE
    assert 0.1 * SIZE < Event.objects.filter(hangs_from__isnull=False).count() < 0.3 * SIZE
    assert 0 < Event.objects.filter(state=State.DRAFT).count() < 0.05 * SIZE


def test_its_pages_answer(client: Client) -> None:
    event = Event.objects.published()[0].get_absolute_url()
    for address in ("/", "/?leader=leader-0&kind=call", f"/?q={data.COMMON_WORD}", "/entries/", event):
        assert client.get(address).status_code == 200, address


def test_the_app_reads_every_filter_of_the_mix() -> None:
    for address in mix.addresses(60, "read"):
        asked = TimelineFilter.from_query(QueryDict(urlsplit(address).query))
        assert not asked.ignored, address
        assert sorted(asked.parameters()) == sorted(parse_qsl(urlsplit(address).query)), address
