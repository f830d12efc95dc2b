"""Whatever is sent to an event's form: the answer is a page or a redirect, never a server error."""

import random
from contextlib import nullcontext

import pytest

from tests import builders
from tests.desk import ADD, change, form_at, unshown
from timeline.models import DataVersion, Event

pytestmark = pytest.mark.django_db

NONSENSE = [
    "",
    " ",
    "x",
    "0",
    "-1",
    "1",
    "2",
    "9" * 30,
    "9" * 5000,
    "1e9",
    "\x00",
    "a\x00b",
    "\r\n",
    "JP",
    "jp",
    "[believed",
    "[confirmed] x\n\\[",
    "2025-11-25",
    "../..",
    "9999-24",
    "0000",
    "😀" * 500,
    "\u202e\u2028\x85",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "on",
]


def mutated(sent, chance):
    """The same form with a few values that nobody would type."""
    sent = dict(sent)
    for _mutation in range(chance.randint(1, 4)):
        name = chance.choice(sorted(sent))
        match chance.randrange(6):
            case 0:
                sent.pop(name)
            case 1:
                sent[name] = [chance.choice(NONSENSE) for _ in range(3)]
            case 2:
                prefix = chance.choice(["participations", "readouts", "citations", "links"])
                what = chance.choice(["TOTAL_FORMS", "INITIAL_FORMS", "99-leader", "0-id", "0-event", "0-DELETE"])
                sent[f"{prefix}-{what}"] = chance.choice(["0", "1", "7", "-3", "x", "", "\x00", "9" * 30])
            case 3:
                sent[chance.choice(["_publish", "_withdraw", "_saveasnew", "_popup", "_continue", "_addanother"])] = "1"
            case _:
                sent[name] = chance.choice(NONSENSE)
    return sent


@pytest.mark.parametrize("times", [2, pytest.param(500, marks=pytest.mark.soak)])
@pytest.mark.parametrize("where", ["new", "published"])
def test_nonsense_is_no_server_error(admin_client, where, times):
    builders.cast()
    builders.publish(builders.meeting("linked"))
    (event,) = builders.publish(
        builders.call(
            topics=["taiwan"],
            readouts=[builders.account("JP", "one", certainty="believed", source=builders.SOURCE)],
            links=[{"relation": "follows_up", "event": "linked"}],
        )
    )
    valid = form_at(admin_client, change(event))
    chance = random.Random(f"readout {where}")
    written = refused = 0
    for number in range(times):
        before = DataVersion.objects.get().number
        sent = mutated(valid if where == "published" else valid | {"slug": ""}, chance)
        # What is written out goes through the same templates whatever was sent: one page is enough each time.
        with unshown() if times < 100 and number else nullcontext():
            response = admin_client.post(ADD if where == "new" else change(event), sent)
        assert response.status_code in {200, 302, 400}, sent
        if response.status_code != 302 and "_popup" not in sent:
            refused += 1
            assert DataVersion.objects.get().number == before, sent
        else:
            written += 1
    # Both happen, so that the test is about something.
    assert written or times < 100
    assert refused
    assert Event.objects.filter(pk=event.pk).exists()
