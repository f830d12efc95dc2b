"""How-manieth, how long after, how long silent: counted from contact rows, against counting by hand."""

import json
from datetime import date, timedelta
from itertools import combinations

import pytest

from timeline import contact, edtf, record
from timeline.ingest import dossier
from timeline.models import Contact, Event, Leader, State


def meeting(number: int, day: str, kind: str = "call", until: str = "") -> contact.Meeting:
    first, last = date.fromisoformat(day), date.fromisoformat(until or day)
    return contact.Meeting(number, kind, first, last, number)


HISTORY = [
    meeting(1, "2025-10-25"),
    meeting(2, "2025-10-28", "meeting"),
    meeting(3, "2025-11-25"),
    meeting(4, "2025-12-01"),
]


@pytest.mark.parametrize(
    ("number", "short", "long"),
    [
        (1, "1st recorded contact between the two.", "The 1st recorded contact between them."),
        (
            2,
            "1st recorded meeting between the two, 3 days after their last call.",
            "The 1st recorded meeting between them; the 2nd contact of any kind, 3 days after their last call.",
        ),
        (
            3,
            "2nd call between the two, 31 days after the first.",
            "The 2nd call between them, 31 days after the first;"
            " the 3rd contact of any kind, 28 days after their last meeting.",
        ),
        (
            4,
            "3rd call between the two, 6 days after the one before.",
            "The 3rd call between them, 6 days after the one before; the 4th contact of any kind.",
        ),
    ],
)
def test_it_says_the_how_manieth_contact_it_is(number: int, short: str, long: str) -> None:
    standing = contact.standing(number, HISTORY)
    assert standing
    assert contact.short_words(standing) == short
    assert contact.long_words(standing) == long


def test_it_names_two_on_one_day_without_counting_days() -> None:
    history = [meeting(1, "2025-10-25"), meeting(2, "2025-10-25")]
    standing = contact.standing(2, history)
    assert standing
    assert contact.short_words(standing) == "2nd call between the two, on the same day as the first."


def test_it_counts_no_days_from_a_vague_date() -> None:
    history = [meeting(1, "2025-01-01", until="2025-12-31"), meeting(2, "2026-02-01")]
    standing = contact.standing(2, history)
    assert standing
    assert contact.short_words(standing) == "2nd call between the two."


def test_it_calls_a_silence_so_from_fourteen_days_on() -> None:
    start = meeting(1, "2025-10-28")
    for days in (1, 14, 15, 40):
        later = (date(2025, 10, 28) + timedelta(days=days)).isoformat()
        found = contact.silence(start, meeting(2, later))
        assert (found is not None) == (days - 1 >= 14)
    found = contact.silence(start, meeting(2, "2025-11-24"))
    assert found
    assert (found.days, found.words) == (26, "29 October to 23 November 2025")


def test_it_names_both_years_of_a_silence_over_new_year() -> None:
    found = contact.silence(meeting(1, "2025-12-01"), meeting(2, "2026-02-01"))
    assert found
    assert found.words == "2 December 2025 to 31 January 2026"


def test_it_finds_the_longest_silence() -> None:
    found = contact.longest_silence(HISTORY)
    assert found
    assert found.first == date(2025, 10, 29)
    assert contact.longest_silence(HISTORY[:2]) is None


def test_it_counts_no_silence_inside_a_contact_of_several_days() -> None:
    history = [meeting(1, "2026-01-01", until="2026-01-13"), meeting(2, "2026-01-02"), meeting(3, "2026-01-17")]
    assert contact.silences(history) == []
    assert contact.longest_silence(history) is None


# On the dossiers -------------------------------------------------------------------------------------------


def _by_hand() -> dict[frozenset[str], list[str]]:
    """The ids of the contacts of each pair of leaders, in order, read off the dossiers' JSON."""
    found: dict[frozenset[str], list[tuple[date, str]]] = {}
    for path in dossier.bundled():
        for event in json.loads(path.read_text())["events"]:
            if event["kind"] == "statement" or event["occurrence"] != "took_place" or event["format"] == "multilateral":
                continue
            people = [
                one for one in event["participants"] if one["role"] in ("principal", "host") and one.get("leader")
            ]
            for one, other in combinations(people, 2):
                if one["country"] != other["country"]:
                    pair = frozenset((one["leader"], other["leader"]))
                    found.setdefault(pair, []).append((edtf.parse(event["date"]).earliest, event["id"]))
    return {pair: [slug for _day, slug in sorted(events)] for pair, events in found.items()}


@pytest.mark.usefixtures("bundled")
def test_it_agrees_with_counting_the_dossiers_by_hand() -> None:
    leaders = {leader.slug: leader.pk for leader in Leader.objects.all()}
    expected = _by_hand()
    pairs = {pair: tuple(sorted(leaders[slug] for slug in pair)) for pair in expected}
    histories = contact.histories((one, other) for one, other in pairs.values())
    slugs = dict(Event.objects.values_list("pk", "slug"))
    for pair, events in expected.items():
        one, other = pairs[pair]
        assert [slugs[meeting.event_id] for meeting in histories[one, other]] == events
    assert (
        sum(len(events) for events in expected.values())
        == Contact.objects.exclude(leader_a=None).exclude(leader_b=None).count()
    )


@pytest.mark.usefixtures("bundled")
def test_it_follows_every_change() -> None:
    event = Event.objects.get(slug="takaichi-trump-call-2025-11-25")
    assert Contact.objects.filter(event=event).count() == 1
    for change in ({"occurrence": "planned"}, {"occurrence": "took_place"}):
        with record.writing() as writer:
            writer.write({**record.of(event), **change}, event=event)
        assert Contact.objects.filter(event=event).exists() == (change["occurrence"] == "took_place")
    with record.writing() as writer:
        writer.write({**record.of(event), "date": "2025-11-20"}, event=event)
    assert Contact.objects.get(event=event).earliest == date(2025, 11, 20)
    with record.writing() as writer:
        writer.withdraw(event, "For the test.")
    assert not Contact.objects.filter(event=event).exists()


@pytest.mark.usefixtures("bundled")
def test_it_takes_no_crowd_and_no_countrymen_for_contact() -> None:
    summit = Event.objects.get(slug="g20-johannesburg-summit-2025-11-22")
    assert not Contact.objects.filter(event=summit).exists()
    call = record.of(Event.objects.get(slug="takaichi-trump-call-2025-11-25"))
    at_home = [
        {"leader": "sanae-takaichi", "role": "principal", "country": "JP", "title": None},
        {"leader": "minoru-kihara", "role": "principal", "country": "JP", "title": None},
    ]
    with record.writing() as writer:
        event = writer.write(
            {**call, "id": "at-home", "participants": at_home, "links": []}, state=State.PUBLISHED
        ).event
    assert not Contact.objects.filter(event=event).exists()


@pytest.mark.usefixtures("bundled")
def test_it_counts_contacts_between_countries_once_an_event() -> None:
    between = contact.between_countries("US", "JP")
    assert [one.event_id for one in between] == [one.event_id for one in contact.between_countries("JP", "US")]
    assert len({one.event_id for one in between}) == len(between)
    assert len(between) == Contact.objects.filter(country_a="JP", country_b="US").values("event").distinct().count()
