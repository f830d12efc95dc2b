"""Two who write at the same moment: they queue, and each number and slug goes to one of them."""

import threading
from contextlib import suppress

import pytest
from django.db import connection

from tests import builders
from tests.builders import call, write
from tests.test_record import data_version, numbers, steps_since
from timeline import record
from timeline.models import Change, DataVersion, Event, State, Version


def together(*writers):
    """Run these at the same moment, each in a thread with a connection of its own; what they raised."""
    start, raised = threading.Barrier(len(writers)), []

    def run(work):
        try:
            start.wait(timeout=10)
            work()
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return raised


@pytest.mark.django_db(transaction=True)
def test_it_lets_writers_queue_and_gives_a_slug_to_one_of_them(transactional_db):
    builders.cast()
    event = write(call())
    before = data_version()

    def change(who):
        for number in range(2):
            with record.writing() as writer:
                writer.write(call(title=f"{who} {number}"), event=Event.objects.get(pk=event.pk))

    assert together(*[lambda who=who: change(who) for who in ("Kihara", "Mao")]) == []
    assert numbers(event) == [(number, number, "published") for number in range(1, 6)]
    assert steps_since(before) == 4
    assert Change.objects.filter(noun="event", version__gt=before).count() == 4
    assert event.versions.get(number=5).record["title"] == builders.event("call").title
    wrote = []

    def make(title):
        with suppress(record.Refused), record.writing() as writer:
            wrote.append(writer.write(call("twin", title=title), state=State.PUBLISHED).event.title)

    assert together(lambda: make("One"), lambda: make("Two")) == []
    assert wrote == [builders.event("twin").title]
    assert Version.objects.get(event__slug="twin").number == 1


@pytest.mark.django_db(transaction=True)
def test_it_begins_to_count_when_two_begin(transactional_db):
    DataVersion.objects.all().delete()
    assert together(lambda: builders.topic("a", "A"), lambda: builders.topic("b", "B")) == []
    assert Change.objects.filter(noun="topic").values("version").distinct().count() == 2
    assert DataVersion.objects.count() == 1
