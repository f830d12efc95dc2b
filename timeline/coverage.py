"""What the record holds, in figures that are counted and never typed in."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, Max, Min, OuterRef, Q
from django.utils.translation import gettext as _

from timeline import edtf
from timeline.models import Citation, DataVersion, Event, Kind, Participation, Source, State


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
    """The figures as they stand now; five queries."""
    by_kind: dict[str, dict[str, int]] = {kind.value: {} for kind in Kind}
    published = Event.objects.published().order_by()
    for kind, outcome, count in published.values_list("kind", "occurrence").annotate(Count("pk")):
        by_kind[kind][outcome] = count
    # An open start reaches back to the first day there is, which is nobody's first day of anything.
    days = published.aggregate(first=Min("earliest", filter=Q(earliest__gt=date.min)), last=Max("earliest"))
    people = Participation.objects.filter(event__state=State.PUBLISHED).aggregate(
        leaders=Count("leader", distinct=True), countries=Count("country", distinct=True)
    )
    languages = _languages()
    data_version = DataVersion.objects.first()
    return Coverage(
        by_kind=by_kind,
        first=edtf.words(days["first"].isoformat()) if days["first"] else "",
        last=edtf.words(days["last"].isoformat()) if days["first"] else "",
        sources=sum(count for _name, count in languages),
        languages=languages,
        changed_at=data_version.at if data_version else None,
        **people,
    )


def _languages() -> list[tuple[str, int]]:
    """(language in words, cited sources), the most first; one query."""
    cited = Exists(Citation.objects.filter(source=OuterRef("pk"), event__state=State.PUBLISHED))
    counts: Counter[str] = Counter()
    names: dict[str, str] = defaultdict(lambda: _("language not recorded"))
    for tag, count in Source.objects.filter(cited).order_by().values_list("language").annotate(Count("pk")):
        if tag:
            names[tag] = Source(language=tag).language_name
        counts[names[tag]] += count
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))
