"""How many entries a view holds, by kind and outcome: in figures for its links, in a sentence for its head."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline.filters import TimelineFilter
from timeline.models import Kind, Occurrence


@dataclass(frozen=True)
class Group:
    """So many entries of one kind and outcome; `crowd` says that they were multilateral."""

    kind: str
    occurrence: str
    crowd: bool
    number: int


@dataclass(frozen=True)
class KindLink:
    """A kind that the timeline of a page can be narrowed to; the empty kind is all of them."""

    kind: str
    name: str
    number: int
    address: str
    is_current: bool


@dataclass(frozen=True)
class Totals:
    """The groups of a view, whatever kind it is narrowed to."""

    groups: list[Group]

    @property
    def all(self) -> int:
        return sum(group.number for group in self.groups)

    def of_kind(self, kind: str) -> int:
        return sum(group.number for group in self.groups if group.kind == kind)

    @property
    def sentence(self) -> str:
        """“Five entries: three contacts that took place, one meeting that did not, one statement.”"""
        if not self.all:
            return _("No entries yet.")
        entries = ngettext("%s entry", "%s entries", self.all) % apnumber(self.all)
        return capfirst(_("%(entries)s: %(parts)s.") % {"entries": entries, "parts": ", ".join(self._parts())})

    def _parts(self) -> list[str]:
        took, did_not = Occurrence.TOOK_PLACE, Occurrence.DID_NOT_TAKE_PLACE
        contacts = self._number(lambda one: one.occurrence == took and one.kind != Kind.STATEMENT and not one.crowd)
        crowds = self._number(lambda one: one.occurrence == took and one.crowd)
        meetings = self._number(lambda one: one.occurrence == did_not and one.kind == Kind.MEETING)
        calls = self._number(lambda one: one.occurrence == did_not and one.kind == Kind.CALL)
        planned = self._number(lambda one: one.occurrence == Occurrence.PLANNED)
        postponed = self._number(lambda one: one.occurrence == Occurrence.POSTPONED)
        cancelled = self._number(lambda one: one.occurrence == Occurrence.CANCELLED)
        said = self._number(lambda one: one.kind == Kind.STATEMENT and one.occurrence == took)
        unsaid = self._number(lambda one: one.kind == Kind.STATEMENT and one.occurrence == did_not)
        parts = [
            (contacts, ngettext("%s contact that took place", "%s contacts that took place", contacts)),
            (crowds, ngettext("%s multilateral meeting", "%s multilateral meetings", crowds)),
            (meetings, ngettext("%s meeting that did not take place", "%s meetings that did not take place", meetings)),
            (calls, ngettext("%s call that did not take place", "%s calls that did not take place", calls)),
            (planned, _("%s planned")),
            (postponed, _("%s postponed")),
            (cancelled, _("%s cancelled")),
            (said, ngettext("%s statement", "%s statements", said)),
            (unsaid, ngettext("%s statement that was not made", "%s statements that were not made", unsaid)),
        ]
        return [words % apnumber(number) for number, words in parts if number]

    def _number(self, fits: Callable[[Group], bool]) -> int:
        return sum(group.number for group in self.groups if fits(group))

    def links(self, asked: TimelineFilter, path: str, locked: tuple[str, ...]) -> list[KindLink]:
        """All of the entries, then each kind; the order that is asked for stays."""
        names = {"": _("All"), Kind.MEETING: _("Meetings"), Kind.CALL: _("Calls"), Kind.STATEMENT: _("Statements")}
        return [
            KindLink(
                kind=str(kind),
                name=name,
                number=self.of_kind(kind) if kind else self.all,
                address=path + asked.but(kinds=(str(kind),) if kind else ()).without_parameters(locked),
                is_current=asked.kinds == ((kind,) if kind else ()),
            )
            for kind, name in names.items()
        ]


def totals(asked: TimelineFilter) -> Totals:
    """The totals of a view, without its kinds and its page."""
    index, found = asked.index, asked.ids(without="kind")
    crowds = index.of("flag", "multilateral")
    groups = []
    for kind in Kind.values:
        of_kind = found & index.of("kind", kind)
        for occurrence in Occurrence.values:
            those = of_kind & index.of("occurrence", occurrence)
            crowd = those.intersection_cardinality(crowds)
            groups += [Group(kind, occurrence, True, crowd), Group(kind, occurrence, False, len(those) - crowd)]
    return Totals([group for group in groups if group.number])
