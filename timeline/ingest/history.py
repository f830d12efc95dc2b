"""The past of events that come from a dump: which of them are new here, and get it back."""

from collections.abc import Iterable, Sequence
from typing import Any

from timeline import record
from timeline.batches import in_batches
from timeline.models import Event, State, Version

from .dossier import Dossier

Row = dict[str, Any]


class Pasts:
    """The histories of one run's dossiers, by the event's id; `restored` grows while the events are written."""

    def __init__(self, dossiers: Sequence[Dossier]) -> None:
        self._histories: dict[str, Row] = {row["event"]: row for one in dossiers for row in one.rows("history")}
        self.restored: list[record.Past] = []
        formers = [row for one in dossiers for row in one.rows("former")]
        # Only where no version is: one that stands here already was read with the names that it had here.
        self.formers = [] if formers and Version.objects.exists() else formers

    def __bool__(self) -> bool:
        return bool(self._histories)

    def taken_back_already(self, slugs: Iterable[str]) -> set[str]:
        """Of these, the events that were withdrawn or merged there and are so here."""
        gone = [slug for slug in slugs if (history := self._histories.get(slug)) and history.get("withdrawn")]
        found: set[str] = set()
        for batch in in_batches(gone):
            rows = Event.objects.filter(slug__in=batch, state=State.WITHDRAWN).order_by()
            found.update(rows.values_list("slug", flat=True))
        return found

    def numbers(self, slugs: Iterable[str]) -> dict[str, int]:
        """The numbers that these new events had there, where they are free here."""
        wanted = {slug: self._histories[slug]["number"] for slug in slugs if slug in self._histories}
        return record.free_numbers(wanted) if wanted else {}

    def add(self, slug: str, event: Event) -> None:
        """This event was new."""
        if history := self._histories.get(slug):
            self.restored.append(record.Past(event, history))
