"""The public record of the Office of the Historian of the US Department of State, as a dossier.

Visits of foreign leaders to the United States (1874 on) and travels of presidents and secretaries of state
abroad. What the records support is taken, no more; their remarks' sentences are not taken over. The list of
visits holds only visits on which the president, or the vice president in his place, was met: where a record
doesn't name him, the side stands without a name.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from timeline.ingest.dossier import Dossier
from timeline.models import Leader

from . import events, files
from .events import Made, Skipped
from .people import Cast, Known

__all__ = ["Harvest", "read"]


@dataclass
class Harvest:
    """What a directory gave: the dossier, how many records were read, which were left out, what is doubtful."""

    dossier: Dossier
    visits: int
    trips: int
    skipped: list[Skipped] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)

    def words(self) -> str:
        """The report for a reader: counts, then each record that was left out, then each doubtful name."""
        reasons = Counter(one.reason.partition(":")[0] for one in self.skipped)
        lines = [f"Left out: {one}" for one in self.skipped]
        lines += [f"Doubtful: {one}" for one in self.doubtful]
        lines += [f"{number} left out: {reason}." for reason, number in reasons.most_common()]
        made = len(self.dossier.rows("events"))
        leaders = len(self.dossier.rows("leaders"))
        lines.append(
            f"{self.visits} visits and {self.trips} trips were read: {made} events, {leaders} new leaders,"
            f" {len(self.skipped)} records left out, {len(self.doubtful)} doubts."
        )
        return "\n".join(lines)

    def as_dict(self) -> dict[str, Any]:
        return {
            "visits": self.visits,
            "trips": self.trips,
            "skipped": [{"file": one.file, "id": one.id, "reason": one.reason} for one in self.skipped],
            "doubtful": self.doubtful,
        }


def read(directory: Path) -> Harvest:
    """The events that a directory's files give; raises DossierError where they can't be read."""
    visits, trips = files.read(directory)
    cast = Cast(known_leaders())
    mentions = [mention for visit in visits for mention in events.visitors(visit)]
    mentions += [mention for trip in trips for mention in events.met_on(trip)]
    for mention in sorted(mentions, key=lambda mention: (mention.first, mention.where)):
        cast.learn(mention)
    cast.settle()
    made = [(visit, events.of_visit(visit, cast)) for visit in visits] + [
        (trip, events.of_trip(trip, cast)) for trip in trips
    ]
    taken = [one for _, one in made if isinstance(one, Made)]
    rows = [event for one in taken for event in one.events]
    slugs = {person["leader"] for row in rows for person in row["participants"] if person["leader"]}
    content = {
        "dossier": "historian",
        "title": "Visits and travels recorded by the Office of the Historian",
        "sources": [one.source for one in taken],
        "leaders": cast.used(slugs),
        "events": rows,
    }
    doubts = dict.fromkeys([*cast.doubtful, *(doubt for one in taken for doubt in one.doubts)])
    skipped = [one for _, one in made if isinstance(one, Skipped)]
    return Harvest(Dossier(str(directory), content), len(visits), len(trips), skipped, list(doubts))


def known_leaders() -> list[Known]:
    """The leaders that the record has."""
    return [
        Known(
            leader.slug,
            (leader.name, *leader.other_names),
            tuple((post.country_id, post.since_earliest, post.until_latest) for post in leader.posts.all()),
        )
        for leader in Leader.objects.prefetch_related("posts").order_by("slug")
    ]
