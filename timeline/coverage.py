"""What the record holds, in figures that are counted and never typed in."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count
from django.utils.translation import gettext as _

from timeline import edtf, index
from timeline.batches import in_batches
from timeline.index import Index
from timeline.index.bitmaps import SOURCE
from timeline.models import Kind, Occurrence, Source


@dataclass(frozen=True)
class Coverage:
    """Published entries by kind and outcome, their first and last day in words, and whom and what they name."""

    by_kind: dict[str, dict[str, int]]
    first: str
    last: str
    leaders: int
    countries: int
    sources: int
    languages: list[tuple[str, int]]
    changed_at: datetime | None

    @property
    def entries(self) -> int:
        return sum(sum(outcomes.values()) for outcomes in self.by_kind.values())


def coverage() -> Coverage:
    """The figures as they stand now; two queries."""
    held = index.current()
    by_kind: dict[str, dict[str, int]] = {}
    for kind in Kind.values:
        of_kind = held.of("kind", kind)
        counts = {one: of_kind.intersection_cardinality(held.of("occurrence", one)) for one in Occurrence.values}
        by_kind[kind] = {outcome: count for outcome, count in counts.items() if count}
    first, last = _days(held)
    languages = _languages(held)
    return Coverage(
        by_kind=by_kind,
        first=edtf.words(first.isoformat()) if first else "",
        last=edtf.words(last.isoformat()) if first and last else "",
        leaders=len(held.families["leader"]),
        countries=len(held.families["country"]),
        sources=sum(count for _name, count in languages),
        languages=languages,
        changed_at=held.changed_at,
    )


def _days(held: Index) -> tuple[date | None, date | None]:
    """The first and the last day on which an entry begins.

    An open start reaches back to the first day there is, which is nobody's first day of anything.
    """
    beginnings = ([held.earliest[one] for one in bitmap] for _month, bitmap in held.months)
    known = ([day for day in days if day > date.min.toordinal()] for days in beginnings)
    first = next((min(days) for days in known if days), None)
    last = max((held.earliest[one] for one in held.months[-1][1]), default=None) if held.months else None
    return (date.fromordinal(first) if first else None), (date.fromordinal(last) if last else None)


def _languages(held: Index) -> list[tuple[str, int]]:
    """(language in words, cited sources), the most first; two queries.

    Nearly every source is cited: those that are not are counted one by one.
    """
    tags = Counter(dict(Source.objects.order_by().values_list("language").annotate(Count("pk"))))
    cited = held.families[SOURCE]
    uncited = [key for key in held.names[SOURCE].by_key if isinstance(key, int) and key not in cited]
    for batch in in_batches(uncited):
        tags.subtract(Source.objects.filter(pk__in=batch).values_list("language", flat=True))
    counts: Counter[str] = Counter()
    for tag, count in tags.items():
        if count:
            counts[Source(language=tag).language_name if tag else _("language not recorded")] += count
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))
