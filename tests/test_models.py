"""What the rows themselves refuse, whoever writes them."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from tests import builders
from timeline import edtf, record
from timeline.models import (
    Call,
    Change,
    Country,
    Event,
    Former,
    Leader,
    Link,
    Participation,
    Post,
    Slug,
    Source,
    State,
    Tagging,
    Topic,
    Version,
    WriteRefused,
)

pytestmark = pytest.mark.usefixtures("cast_all_along", "db")


# What the database holds -----------------------------------------------------------------------------------

BROKEN_EVENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "a statement with a duration": ("statement", {"duration_minutes": 25}),
    "a statement that a side asked for": ("statement", {"initiated_by_id": "US"}),
    "an approximate duration of nothing": ("call", {"duration_approximate": True}),
    "a call of no minutes": ("call", {"duration_minutes": 0}),
    "a call of a fortnight and more": ("call", {"duration_minutes": 20001}),
    "a call in the format of a meeting": ("call", {"format": "summit"}),
    "a meeting in the format of a call": ("meeting", {"format": "phone"}),
    "a statement by telephone": ("statement", {"format": "phone"}),
    "a call with words of its own": ("call", {"words": "Good."}),
    "a meeting with words of its own": ("meeting", {"words": "Good."}),
    "a kind that nobody knows": ("call", {"kind": "letter"}),
    "an outcome that nobody knows": ("call", {"occurrence": "perhaps"}),
    "a state that nobody knows": ("call", {"state": "hidden"}),
    "a part of the day that nobody knows": ("call", {"part_of_day": "noon"}),
    "no title": ("call", {"title": ""}),
    "withdrawn without a reason": ("call", {"state": "withdrawn"}),
    "withdrawn on no day": ("call", {"state": "withdrawn", "withdrawn_reason": "Wrong."}),
}


def test_it_refuses_each_broken_event():
    builders.publish(builders.call(), builders.meeting(), builders.statement())
    for fault, (kind, changes) in BROKEN_EVENTS.items():
        event = builders.event(kind)
        for name, value in changes.items():
            setattr(event, name, value)
        try:
            with record.writing():
                event.save()
        except IntegrityError:
            continue
        pytest.fail(f"An event was saved with {fault}.")


def test_it_derives_the_first_and_last_day_from_the_date():
    event = builders.write(builders.meeting(date="2025-11-22/2025-11-23"))
    event.earliest = date(2030, 1, 1)
    with record.writing():
        event.save()
    event.refresh_from_db()
    assert (event.earliest, event.latest) == (date(2025, 11, 22), date(2025, 11, 23))


def test_it_refuses_a_last_day_before_the_first():
    event = builders.write(builders.call())
    with pytest.raises(IntegrityError), record.writing():
        Event.objects.filter(pk=event.pk).update(latest=date(2025, 11, 24))
    event.date = "2025-11-25/2025-11-24"
    with pytest.raises(edtf.EdtfError), record.writing():
        event.save()


def test_it_refuses_a_link_to_itself_or_twice():
    call, meeting = builders.publish(builders.call(), builders.meeting())
    with pytest.raises(IntegrityError), record.writing():
        Link(event=call, target=call, relation="about").save()
    with record.writing():
        Link(event=call, target=meeting, relation="about").save()
    with pytest.raises(IntegrityError), record.writing():
        Link(event=call, target=meeting, relation="about").save()
    with pytest.raises(IntegrityError), record.writing():
        Link(event=meeting, target=call, relation="near").save()


def test_it_refuses_a_participant_who_is_nobody_or_two():
    meeting = builders.write(builders.meeting())
    trump = Leader.objects.get(slug=builders.TRUMP)
    with pytest.raises(IntegrityError), record.writing():
        Participation(event=meeting, country_id="US", role="principal").save()
    with pytest.raises(IntegrityError), record.writing():
        Participation(event=meeting, country_id="US", role="principal", leader=trump, title="Envoys").save()
    with record.writing():
        Participation(event=meeting, country_id="US", role="principal", title="Envoys").save()
        Participation(event=meeting, country_id="US", role="principal", leader=trump).save()
    with pytest.raises(IntegrityError), record.writing():
        Participation(event=meeting, country_id="US", role="host", leader=trump).save()


def test_it_refuses_two_speakers():
    statement = builders.write(builders.statement())
    with pytest.raises(IntegrityError), record.writing():
        Participation(event=statement, country_id="US", role="speaker", title="Spokesman").save()


def test_it_refuses_a_country_in_lower_case():
    with pytest.raises(IntegrityError), record.writing():
        Country(code="jp", name="Nippon").save()


def test_it_refuses_a_post_that_ends_before_it_begins():
    leader = Leader.objects.get(slug=builders.TRUMP)
    with pytest.raises(IntegrityError), record.writing():
        Post(leader=leader, country_id="US", title="President", since="2025-01-20", until="2021-01-20").save()


# What nobody writes past the one writer ----------------------------------------------------------------------


def _detached() -> Topic:
    return Topic(slug="trade", name="Trade")


OUTSIDE = {
    "create": lambda event: Topic.objects.create(slug="trade", name="Trade"),
    "get_or_create": lambda event: Topic.objects.get_or_create(slug="trade"),
    "update_or_create": lambda event: Topic.objects.update_or_create(slug="taiwan", defaults={"name": "T"}),
    "save": lambda event: event.save(),
    "delete": lambda event: event.citations.get().delete(),
    "update": lambda event: Event.objects.update(title="x"),
    "update of a slice": lambda event: Event.objects.filter(pk=event.pk).update(title="x"),
    "bulk_create": lambda event: Topic.objects.bulk_create([_detached()]),
    "bulk_update": lambda event: Event.objects.bulk_update([event], ["title"]),
    "delete of a queryset": lambda event: Event.objects.all().delete(),
    "create of a related row": lambda event: event.citations.create(source=Source.objects.get()),
    "update of related rows": lambda event: event.participations.update(role="host"),
    "delete of related rows": lambda event: event.participations.all().delete(),
    "add of a related row": lambda event: event.participations.add(Participation.objects.last()),
    "set of related rows": lambda event: event.participations.set(Participation.objects.all()),
    "add of a topic": lambda event: event.topics.add(Topic.objects.get()),
    "set of topics": lambda event: event.topics.set([]),
    "clear of topics": lambda event: event.topics.clear(),
    "remove of a topic": lambda event: event.topics.remove(Topic.objects.get()),
    "add of a tagging": lambda event: Topic.objects.get().taggings.add(Tagging.objects.get()),
    "update of a proxy": lambda event: Call.objects.update(title="x"),
    "save of a proxy": lambda event: Call.objects.get().save(),
    "through the base manager": lambda event: Event._base_manager.update(title="x"),
}


def test_it_refuses_outside_the_writer():
    _meeting, event = builders.publish(builders.meeting(), builders.call(topics=["taiwan"]))
    before = builders.dump()
    for name, way in OUTSIDE.items():
        told = "nothing"
        try:
            with transaction.atomic():
                way(event)
        except WriteRefused as refused:
            told = str(refused)
        assert "timeline.record.writing()" in told, name
    assert builders.dump() == before


def test_it_refuses_again_once_the_block_has_ended():
    with pytest.raises(RuntimeError), record.writing():
        raise RuntimeError
    with pytest.raises(WriteRefused):
        _detached().save()


# What lasts ------------------------------------------------------------------------------------------------


def test_it_never_changes_a_version():
    version = builders.write(builders.call()).versions.get()
    version.reason = "otherwise"
    with pytest.raises(TypeError), record.writing():
        version.save()
    with pytest.raises(TypeError), record.writing():
        Version.objects.update(reason="otherwise")
    with pytest.raises(TypeError), record.writing():
        version.delete()
    with pytest.raises(TypeError), record.writing():
        Version.objects.all().delete()
    assert Version.objects.get().reason == ""


@pytest.mark.parametrize("model", [Former, Change])
def test_it_only_adds_to_what_was(model):
    builders.write(builders.call())
    with record.writing():
        leader = Leader.objects.get(slug=builders.XI)
        leader.name = "Xi"
        leader.save()
    row = model.objects.latest("pk")
    for change in (row.save, row.delete, model.objects.all().delete, lambda: model.objects.update(key="x")):
        with pytest.raises(TypeError, match="never changed"), record.writing():
            change()
    assert model.objects.filter(pk=row.pk).exclude(key="x").exists()


def test_it_keeps_the_versions_of_an_account_that_is_deleted():
    user = User.objects.create_user("kihara")
    with record.writing(by=user) as writer:
        writer.write(builders.call(), state=State.PUBLISHED)
    user.delete()
    version = Version.objects.get()
    assert (version.by, version.by_name) == (None, "kihara")


def test_it_never_gives_a_slug_away():
    builders.write(builders.call())
    with pytest.raises(WriteRefused, match="for ever"), record.writing():
        Slug.objects.get(slug="call").delete()
    with pytest.raises(WriteRefused, match="for ever"), record.writing():
        Slug.objects.all().delete()


@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_it_never_deletes_an_event_that_was_published(state):
    event = builders.write(builders.call())
    with record.writing():
        event.state, event.withdrawn_reason, event.withdrawn_at = state, "Wrong.", event.changed_at
        event.save()
    with pytest.raises(WriteRefused, match="withdraw it"), record.writing():
        event.delete()
    with pytest.raises(WriteRefused, match="withdraw it"), record.writing():
        Event.objects.filter(pk=event.pk).delete()
    with pytest.raises(WriteRefused, match="withdraw it"), record.writing() as writer:
        writer.discard(event)
    assert Event.objects.filter(pk=event.pk).exists()


def test_it_lets_a_draft_go_with_all_that_is_its_own():
    event = builders.write(builders.call(readouts=[builders.account("JP", "They spoke.")]), state=State.DRAFT)
    with record.writing() as writer:
        writer.discard(event)
    rows = builders.dump()
    nouns = ("Event", "Slug", "Version", "Participation", "Citation", "Readout", "Point", "SearchText")
    assert {noun: rows[noun] for noun in nouns} == {noun: [] for noun in nouns}
    assert builders.write(builders.call()).slug == "call"


# Posts -----------------------------------------------------------------------------------------------------


def test_it_picks_the_post_of_the_day():
    kishida = builders.leader("fumio-kishida", country="JP", title="Foreign Minister", since="2012", until="2017")
    with record.writing():
        for name, country, since, until in (
            ("Prime Minister", "JP", "2021-10-04", "2024-10-01"),
            ("Defence Minister", "JP", "2017-07-28", "2017-08-03"),
            ("Envoy", "UN", "2022", ""),
        ):
            Post(leader=kishida, title=name, country_id=country, since=since, until=until).save()

    def held(first: str, last: str = "", country: str = "") -> str | None:
        post = kishida.post_on(edtf.parse(first).earliest, edtf.parse(last or first).latest, country)
        return post.title if post else None

    assert held("2011-12-31") is None
    assert held("2012") == "Foreign Minister"
    assert held("2017-08-01") == "Defence Minister", "of two posts the one begun last"
    assert held("2017-08-04") == "Foreign Minister", "until 2017 may mean any day of it"
    assert held("2019") is None
    assert held("2021-10-04", country="JP") == "Prime Minister"
    assert held("2023-01-01") == "Envoy"
    assert held("2023-01-01", country="JP") == "Prime Minister", "the post for the country spoken for"
    assert held("2023-01-01", country="US") == "Envoy", "or else any"
    assert held("2024-10-01", country="JP") == "Prime Minister"
    assert held("2024-10-02", country="JP") == "Envoy"
    assert held("2024-09-30", "2024-10-02", "JP") == "Prime Minister"
