"""How entries are made and what is covered."""

import re

import pytest
from django.test import Client, override_settings

from tests.views.asked import queries
from timeline import record
from timeline.models import Event, Leader, Source


def get(client: Client) -> str:
    response = client.get("/about/")
    assert response.status_code == 200
    return response.content.decode()


def fact(html: str, name: str) -> str:
    """What stands beside a name in the list of figures."""
    match = re.search(rf"<dt>(?:<svg.*?</svg> )?{name}</dt><dd>(.*?)</dd>", html)
    assert match, name
    return re.sub(r"<[^>]+>", "", match[1]).strip()


@pytest.mark.usefixtures("bundled")
def test_it_counts_what_the_record_holds(client: Client) -> None:
    html = get(client)
    published = Event.objects.published()
    assert f"<strong>{published.count()} entries</strong>, from 24 October 2025 to " in html
    assert fact(html, "Calls") == f"{published.of_kind('call').count()} All of them took place."
    meetings = published.of_kind("meeting")
    took_place = meetings.filter(occurrence="took_place").count()
    assert fact(html, "Meetings").startswith(f"{meetings.count()} {took_place} took place, 4 did not, ")
    leaders = Leader.objects.filter(participations__event__state="published").distinct().count()
    sources = Source.objects.filter(citations__event__state="published").distinct()
    assert fact(html, "Leaders") == str(leaders)
    assert fact(html, "Sources") == str(sources.count())
    assert f"Japanese {sources.filter(language='ja').count()}" in fact(html, "Their languages")


@pytest.mark.usefixtures("bundled")
def test_it_counts_nothing_that_was_withdrawn(client: Client) -> None:
    before = int(re.search(r"<strong>(\d+) entries", get(client))[1])  # type: ignore[index]
    with record.writing() as writer:
        writer.withdraw(Event.objects.get(slug="takaichi-trump-call-2025-11-25"), "For the test.")
    assert f"<strong>{before - 1} entries</strong>" in get(client)


def test_it_says_that_nothing_is_recorded_yet(client: Client, db: None) -> None:
    assert "Nothing is recorded yet." in get(client)


def test_it_has_the_places_that_other_pages_lead_to(client: Client, db: None) -> None:
    html = get(client)
    for anchor in ("entries", "coverage", "accessibility", "corrected"):
        assert html.count(f'id="{anchor}"') == 1
    assert "From 14 days without a recorded contact on" in html


def test_it_leads_to_the_source_code_and_the_contact_where_there_are_any(client: Client, db: None) -> None:
    assert "Report an error" not in get(client)
    with override_settings(CONTACT="desk@readout.example", SOURCE_URL="https://code.example/readout"):
        html = get(client)
    assert '<a href="https://code.example/readout"><span>Source code</span></a>' in html
    assert '<a href="mailto:desk@readout.example"><span>Report an error, or suggest an entry</span></a>' in html


@pytest.mark.usefixtures("bundled")
def test_it_asks_few_queries_and_sets_no_cookie(client: Client) -> None:
    assert queries(client, "/about/") <= 8
    response = client.get("/about/")
    assert not response.cookies
    assert " style=" not in response.content.decode()
