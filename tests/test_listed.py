"""Entries of the timeline are read and put together quickly; they say what the event's own rows say."""

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils.safestring import mark_safe

from tests import builders
from timeline import contact, index, record, search
from timeline.entry import Entry
from timeline.listed import listed
from timeline.models import Country, Event, Leader
from timeline.views import threads

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bundled")]


def from_rows(query: search.Query) -> list[Entry]:
    """The newest events as entries, each from all of its rows."""
    held = index.current()
    found = []
    for event in Event.objects.published().with_entry().newest_first()[:24]:
        entry = Entry(event, query)
        pair = contact.pair_of(event, event.participations.all())
        if pair and (standing := contact.standing_of(held, event.pk, pair)):
            entry.context = contact.short_words(standing)
        found.append(entry)
    return found


def test_it_says_what_the_rows_say():
    """Each entry's HTML is what its template gives, rendered with an event and all of its rows."""
    query = search.parse("Takaichi talks")
    slow = from_rows(query)
    quick = listed([entry.event.pk for entry in slow], index.current(), query)
    assert len(slow) == len(quick) == 24
    for number, entry in enumerate(slow):
        looks = {"is_gapped": number % 2 == 0, "ends_gap": number % 3 == 0}
        says = render_to_string("timeline/_statement.html", {"entry": entry, "level": 4})
        one = quick[entry.event.pk]
        assert threads._statement(one) == says
        under = mark_safe(says if number % 2 else "")
        assert threads._entry(one, under, **looks) == render_to_string(
            "timeline/_entry.html", {"entry": entry, "says": under, **looks}
        )


def test_it_reads_nouns_once_until_one_changes():
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            listed(ids, index.current(), search.Query())
        return len(queries)

    ids = list(Event.objects.published().values_list("pk", flat=True)[:20])
    index.forget()
    index.current()
    first, again = asked(), asked()
    assert first == again + 2 == 6  # one of them asks for the data version
    with record.writing() as writer:
        event = Event.objects.get(pk=ids[0])
        writer.write({**record.of(event), "title": "They agree on something else"}, event=event)
    index.current()
    assert asked() == again
    with record.writing():
        takaichi = Leader.objects.get(slug=builders.TAKAICHI)
        post = takaichi.posts.get(until="")
        post.title = "Chair of the Cabinet"
        post.save()
        japan = Country.objects.get(code="JP")
        japan.name = "Nippon"
        japan.save()
    shown = listed(ids, index.current(), search.Query())
    people = {
        (one.title, one.country.name) for entry in shown.values() for one in entry.people if one.country.code == "JP"
    }
    assert ("Chair of the Cabinet", "Nippon") in people
    assert not any("Prime Minister" in title or name == "Japan" for title, name in people)
