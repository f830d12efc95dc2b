"""A filter in words: the sentence that counts, the page's title, the chips that take one value away."""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline import edtf
from timeline.facets import labels
from timeline.filters import FACETS, TimelineFilter
from timeline.models import Kind, Occurrence


@dataclass(frozen=True)
class Chip:
    """One value in use, and the filter without it."""

    label: str
    words: str
    without: TimelineFilter

    @property
    def address(self) -> str:
        return self.without.address


def named(asked: TimelineFilter, name: str, value: str) -> str:
    """A facet value as readers know it."""
    if name == "kind":
        return str(Kind(value).label)
    if name == "occurrence":
        return capfirst(str(Occurrence(value).label))
    return asked.names.get(f"{name}:{value}", value)


def chips(asked: TimelineFilter) -> list[Chip]:
    """Every value in use, in the order of the form."""
    found = [Chip(_("Words"), asked.q, asked.but(q=""))] if asked.q else []
    for name, attribute in FACETS.items():
        found += [
            Chip(labels()[name], named(asked, name, value), asked.toggled(name, value))
            for value in getattr(asked, attribute)
        ]
    if asked.since:
        words = edtf.words(asked.since, unknown=False)
        found.append(Chip(_("From"), words, asked.but(since="")))
    if asked.until:
        words = edtf.words(asked.until, unknown=False)
        found.append(Chip(_("To"), words, asked.but(until="")))
    return found


def count_words(asked: TimelineFilter, count: int) -> str:
    """“7 entries”, “1 call”, “No entries”."""
    if asked.kinds == (Kind.CALL,):
        words = ngettext("%d call", "%d calls", count) if count else _("No calls")
    elif asked.kinds == (Kind.MEETING,):
        words = ngettext("%d meeting", "%d meetings", count) if count else _("No meetings")
    elif asked.kinds == (Kind.STATEMENT,):
        words = ngettext("%d statement", "%d statements", count) if count else _("No statements")
    else:
        words = ngettext("%d entry", "%d entries", count) if count else _("No entries")
    return words % count if count else words


def conditions(asked: TimelineFilter) -> str:
    """What the filter asks, behind the count: “ involving Japan or China, since 1 October 2025”."""
    any_or_all = _(" and ") if asked.match == "all" else _(" or ")
    parts = []
    if len(asked.kinds) > 1:
        kinds = {"meeting": _("meetings"), "call": _("calls"), "statement": _("statements")}
        parts.append(_("among %s") % _(" and ").join(kinds[kind] for kind in asked.kinds))
    if asked.q:
        parts.append(_("matching “%s”") % asked.q)
    if asked.countries:
        names = any_or_all.join(named(asked, "country", one) for one in asked.countries)
        parts.append(_("involving %s") % names)
    if asked.leaders:
        parts.append(_("with %s") % any_or_all.join(named(asked, "leader", one) for one in asked.leaders))
    if asked.topics:
        parts.append(_("on %s") % _(" or ").join(named(asked, "topic", one) for one in asked.topics))
    if asked.sources:
        names = _(" or ").join(f"“{named(asked, 'source', one)}”" for one in asked.sources)
        parts.append(_("resting on %s") % names)
    if asked.occurrences:
        words = [str(Occurrence(one).label) for one in asked.occurrences]
        parts.append(_("that %s") % _(" or ").join(_outcome_verb(asked.occurrences, words)))
    if dates := _dates(asked):
        parts.append(dates)
    return "".join(f" {part}" if not place else f", {part}" for place, part in enumerate(parts))


def _outcome_verb(occurrences: tuple[str, ...], words: list[str]) -> list[str]:
    passive = (Occurrence.PLANNED, Occurrence.POSTPONED, Occurrence.CANCELLED)
    return [_("were %s") % word if value in passive else word for value, word in zip(occurrences, words, strict=True)]


def _dates(asked: TimelineFilter) -> str:
    since = edtf.words(asked.since, unknown=False) if asked.since else ""
    until = edtf.words(asked.until, unknown=False) if asked.until else ""
    if since and since == until:
        return (
            _("in %s") % since
            if edtf.parse(asked.since).earliest != edtf.parse(asked.since).latest
            else _("on %s") % since
        )
    if since and until:
        return _("from %(since)s to %(until)s") % {"since": since, "until": until}
    if since:
        return _("since %s") % since
    return _("until %s") % until if until else ""


def outcomes(by_outcome: dict[str, int]) -> str:
    """“6 took place, 1 did not.”; nothing where all of them took place."""
    verbs = {
        Occurrence.TOOK_PLACE: _("%d took place"),
        Occurrence.DID_NOT_TAKE_PLACE: _("%d did not"),
        Occurrence.PLANNED: _("%d planned"),
        Occurrence.POSTPONED: _("%d postponed"),
        Occurrence.CANCELLED: _("%d cancelled"),
    }
    parts = [words % by_outcome[value] for value, words in verbs.items() if by_outcome.get(value)]
    if len(parts) < 2:
        return ""
    return _("%s.") % ", ".join(parts)


def title(asked: TimelineFilter, count: int) -> str:
    """The page's title: “Calls with Donald Trump”, “Timeline”."""
    if asked.is_empty:
        return _("Timeline")
    return f"{count_words(asked, count)}{conditions(asked)}"
