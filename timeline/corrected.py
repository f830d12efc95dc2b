"""The corrections of an event with what was struck and what stands in its place."""

from dataclasses import dataclass

from timeline.differences import Difference, Names, differences
from timeline.models import Correction, Event, Version

# What a list of sources or a web of links looked like is no reader's matter.
_LEFT_OUT = {"id", "topics", "time_zone"}


@dataclass(frozen=True)
class Corrected:
    """A public note; `changes` are the fields that changed with it, `number` the public version that they stand in."""

    correction: Correction
    number: int | None
    changes: list[Difference]


def corrections(event: Event) -> list[Corrected]:
    """The corrections of one event, the newest first; two queries, a few more where there are any."""
    notes = list(event.corrections.select_related("version"))
    if not notes:
        return []
    versions = list(event.versions.public().order_by("public_number"))
    places = {one.pk: place for place, one in enumerate(versions)}
    names = Names(one.record for one in versions) if versions else None
    found = []
    for note in notes:
        place = places.get(note.version_id or 0)
        after: Version | None = versions[place] if place is not None else None
        before = versions[place - 1] if place else None
        changes = differences(before.record, after.record, names) if before and after and names else []
        shown = [change for change in changes if change.name not in _LEFT_OUT]
        found.append(Corrected(note, after.public_number if after else None, shown))
    return found
