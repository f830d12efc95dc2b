"""Sources as a table; a row is known by its slug or, without one, by its address."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.batches import in_batches
from timeline.models import Source
from timeline.record.nouns import source_row

from .columns import Row, date, text
from .nouns import NounTable
from .plan import Planned
from .sheet import Fault, Line


class Sources(NounTable):
    noun = "sources"
    model = Source
    required = ("publisher", "title")
    slug_from = ("publisher", "title")
    columns = (
        text(
            "slug",
            gettext_lazy(
                "Permanent; by which the row is known again. Empty: the address says which source it is; a new one's"
                " slug is made from publisher and title."
            ),
            "jiji-2025-11-25",
            key="id",
        ),
        text("publisher", gettext_lazy("Who published it."), "Jiji Press"),
        text("title", gettext_lazy("As it stands on the page."), "Takaichi and Trump speak by telephone"),
        text("url", gettext_lazy("Its address."), "https://example.org/2025/11/25/call"),
        date("published", gettext_lazy("As people write it, or in EDTF."), "25 Nov 2025"),
        text("language", gettext_lazy("A BCP 47 tag."), "ja"),
        text("archived_url", gettext_lazy("The address of an archived copy."), "https://archive.example/x"),
    )

    def as_row(self, held: Any) -> Row:
        return source_row(held)

    def held(self, lines: Sequence[Line]) -> list[tuple[Row, Any] | None]:
        found = super().held(lines)
        by_address = self._by_address(line.cells.get("url", "") for line in lines if not line.cells.get("slug"))
        for place, line in enumerate(lines):
            if not line.cells.get("slug") and (source := by_address.get(line.cells.get("url", ""))):
                found[place] = (source_row(source), source)
        return found

    def faults(self, rows: Sequence[Planned]) -> Iterator[Fault]:
        yield from super().faults(rows)
        moved = [row for row in rows if row.after["url"] and (row.before or {}).get("url") != row.after["url"]]
        taken = self._by_address(row.after["url"] for row in moved)
        first: dict[str, int] = {}
        for row in moved:
            address, number = row.after["url"], row.line.number
            if (other := taken.get(address)) and other.slug != row.after["id"]:
                expected = _("This address is that of “%s” already.") % other.slug
                yield Fault(number, "url", address, expected)
            elif first.setdefault(address, number) != number:
                yield Fault(number, "url", address, _("Row %d has this address, too.") % first[address])

    def _by_address(self, given: Any) -> dict[str, Source]:
        found: dict[str, Source] = {}
        for batch in in_batches(dict.fromkeys(address for address in given if address)):
            for name in ("archived_url", "url"):
                rows = Source.objects.filter(**{f"{name}__in": batch}).order_by("-pk")
                found.update({getattr(row, name): row for row in rows})
        return found


SOURCES = Sources()
