"""Entries' HTML: made once for every page that shows them, as long as nothing changes."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from tests.builders import call, meeting, publish, statement, write
from tests.languages import speaking
from timeline import cache
from timeline.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _record_all_along(cast_all_along: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        publish(
            call("ships", "2025-11-25", title="They speak of ships", topics=["taiwan"]),
            statement("said", "2025-11-26", about="ships"),
            call("fish", "2025-08-01", title="They speak of fish"),
            meeting("met", "2025-11-20"),
        )
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _record(_record_all_along: None, db: None) -> None:
    """Two calls, a meeting and a statement, put in once; each test's own changes are undone."""
    caches[cache.ALIAS].clear()


def get(client: Client, address: str = "/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def made_anew(client: Client, address: str) -> str:
    caches[cache.ALIAS].clear()
    return get(client, address)


ADDRESSES = [
    "/?country=US",
    "/?order=oldest",
    "/?kind=statement",
    "/?q=ships",
    "/entries/",
    "/leaders/sanae-takaichi/",
    "/between/JP/US/",
    "/topics/taiwan/",
]


def test_a_page_of_known_entries_is_the_page_made_anew(client: Client) -> None:
    expected = {address: made_anew(client, address) for address in ADDRESSES}
    caches[cache.ALIAS].clear()
    for other in ("/", "/?q=ships&country=JP", "/?kind=call&q=they", "/?kind=statement&order=oldest"):
        get(client, other)
    for address in ADDRESSES:
        assert get(client, address) == expected[address], address


def test_known_entries_are_not_read_again(client: Client) -> None:
    get(client, "/")
    with CaptureQueriesContext(connection) as asked:
        html = get(client, "/?country=JP")
    assert "They speak of ships" in html
    assert not [
        query["sql"] for query in asked if "timeline_readout" in query["sql"] or "timeline_point" in query["sql"]
    ]


def test_entries_change_with_the_record(client: Client) -> None:
    assert "1st recorded contact" in get(client, "/?q=ships&x") or "2nd call" in get(client)
    write(call("ships", "2025-11-25", title="They speak of boats"))
    assert "They speak of boats" in get(client)
    assert "ships</a>" not in get(client, "/entries/")
    before = get(client, "/?q=boats")
    assert "2nd call between the two" in before
    write(call("between", "2025-10-01"))
    assert "3rd call between the two" in get(client, "/?q=boats")  # another event changed, not this one


def test_entries_belong_to_their_language(client: Client) -> None:
    html = get(client)
    with speaking("de"):
        translated = get(client)
    assert "Teilnehmer" not in html
    assert 'lang="de"' in translated
    assert translated != html


def test_no_draft_and_nothing_withdrawn_is_shown(client: Client) -> None:
    get(client)
    write(call("draft", title="A draft"), state="draft")
    assert "A draft" not in get(client)
    event = Event.objects.get(slug="fish")
    write(call("fish", "2025-08-01", title="They speak of fish"), state="withdrawn", reason="It was another day.")
    assert event.title not in get(client)
