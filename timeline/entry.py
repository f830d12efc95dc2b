"""An event as readers see it: words, marks and dates, ready for a template.

No query starts here: `Event.objects.with_entry()` has fetched what is shown.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.urls import reverse
from django.utils import dateformat
from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.functional import cached_property
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline import edtf, search
from timeline.models import (
    Certainty,
    Country,
    Disclosure,
    Event,
    Format,
    Kind,
    Leader,
    Occurrence,
    Participation,
    PartOfDay,
    Point,
    Post,
    Readout,
    Role,
)
from timeline.pattern import Text, filled


@dataclass(frozen=True)
class Person:
    """A participant on the day of the event: `href` leads to their part of the timeline."""

    name: str
    family_name: str
    country: Country
    title: str
    of_country: str
    role: str
    slug: str
    native_name: str
    native_language: str

    @classmethod
    def of(cls, one: Participation) -> "Person":
        return cls.made(one.leader, one.post_that_day(), one.title, one.country, one.role)

    @classmethod
    def made(cls, leader: Leader | None, post: Post | None, delegation: str, country: Country, role: str) -> "Person":
        """A leader with the post held that day, or a delegation by its title; and whom they spoke for."""
        named = post is not None and post.names_its_country
        of_country = "" if post is None or named else _(" of %s") % post.country.name_in_sentence
        return cls(
            name=leader.name if leader else delegation,
            family_name=leader.family_name if leader else delegation,
            country=country,
            title=post.title if post else "",
            of_country=of_country,
            role=role,
            slug=leader.slug if leader else "",
            native_name=leader.native_name if leader else "",
            native_language=leader.native_language if leader else "",
        )

    @cached_property
    def item(self) -> SafeString:
        """The person as an item of a list, as HTML."""
        texts: dict[str, Text] = {
            "person.name": self.name,
            "person.href": reverse("leader", args=[self.slug]) if self.slug else "",
            "person.title": self.title,
            "person.of_country": self.of_country,
            "person.country.code": self.country.code,
            "person.country.name": self.country.name,
        }
        return filled("timeline/_person.html", texts, {"person.is_addressed": self.role == Role.ADDRESSEE})


@dataclass(frozen=True)
class Day:
    """A date set large: “Tue”, “25”, “Nov 2025”. `is_wide` where the number is a range or a word."""

    weekday: str
    number: str
    month: str
    long_weekday: str
    long_month: str
    is_wide: bool
    machine: str


# How sure, from the strongest line to the weakest: CSS class of the line, of the stroke, and the word's order.
CERTAINTY_CLASS = {
    Certainty.CONFIRMED: "both",
    Certainty.REPORTED: "",
    Certainty.BELIEVED: "believed",
    Certainty.SPECULATED: "believed",
    Certainty.DISPUTED: "",
}


@dataclass(frozen=True)
class Said:
    """A point as it is shown: its line, its words, its number on the page."""

    number: int
    point: Point

    @property
    def line(self) -> str:
        return line_of(self.point)

    @property
    def words(self) -> str:
        return word_of(self.point)


class Sure(NamedTuple):
    """How sure one point is: all that a list shows of it."""

    certainty: str
    disclosure: str


def line_of(point: Point | Sure) -> str:
    """The line that stands for how sure a point is: both, believed, declined, or plain."""
    if point.disclosure == Disclosure.DECLINED:
        return "declined"
    return CERTAINTY_CLASS[Certainty(point.certainty)]


def word_of(point: Point | Sure) -> str:
    """How sure a point is, in words; what the asked side did comes before how well it is known."""
    if point.disclosure == Disclosure.DECLINED:
        return str(Disclosure.DECLINED.label)
    if point.disclosure == Disclosure.DENIED:
        return _("denied")
    return str(Certainty(point.certainty).label)


@dataclass(frozen=True)
class Known:
    """What an entry shows of the rows behind its event, for one that was read without them."""

    people: list[Person]
    points: list[Sure]
    according_to: list[str]
    sources: str


class Entry:
    """One event as an entry of the timeline."""

    def __init__(self, event: Event, query: search.Query | None = None, known: Known | None = None) -> None:
        self.event = event
        self.query = query
        self.known = known
        self.context = ""

    @property
    def title(self) -> SafeString:
        """The title with what was searched for marked."""
        return marked(self.event.title, self.query)

    @property
    def summary(self) -> SafeString:
        return marked(self.event.summary, self.query)

    # What it is --------------------------------------------------------------------------------------------

    @property
    def mark(self) -> str:
        """The id of the mark's symbol."""
        drawn = {Occurrence.CANCELLED: "-cancelled", Occurrence.POSTPONED: "-postponed"}
        return f"mk-{self.event.kind}{drawn.get(Occurrence(self.event.occurrence), '')}"

    @property
    def mark_class(self) -> str:
        match self.event.occurrence:
            case Occurrence.TOOK_PLACE:
                return ""
            case Occurrence.DID_NOT_TAKE_PLACE:
                return "mk--not"
        return "mk--plan"

    @property
    def is_hollow(self) -> bool:
        """Whether it is drawn without ink: it did not happen, or not yet."""
        return self.event.occurrence != Occurrence.TOOK_PLACE

    @property
    def did_not(self) -> bool:
        return self.event.occurrence == Occurrence.DID_NOT_TAKE_PLACE

    @property
    def kind(self) -> str:
        return str(Kind(self.event.kind).label)

    @property
    def outcome(self) -> str:
        return str(Occurrence(self.event.occurrence).label)

    @property
    def format(self) -> str:
        return str(Format(self.event.format).label) if self.event.format else ""

    @property
    def part_of_day(self) -> str:
        return str(PartOfDay(self.event.part_of_day).label) if self.event.part_of_day else ""

    @cached_property
    def details(self) -> str:
        """What stands behind the kind: “, about 25 minutes, initiated by the US side”."""
        event = self.event
        parts = []
        if event.format and event.format != Format.PHONE:
            parts.append(self.format)
        if event.kind == Kind.CALL and event.part_of_day:
            parts.append(self.part_of_day)
        if event.kind == Kind.CALL:
            parts += [self.duration, self.initiated_by]
        elif event.kind == Kind.MEETING:
            parts.append(event.place)
        return "".join(f", {part}" for part in parts if part)

    @property
    def duration(self) -> str:
        """“about 25 minutes”, “1 hour 27 minutes”, or nothing."""
        minutes = self.event.duration_minutes
        if not minutes:
            return ""
        hours, rest = divmod(minutes, 60)
        # Up to two hours people count in minutes: “90 minutes”.
        if minutes < 120 or (self.event.duration_approximate and rest):
            words = ngettext("%d minute", "%d minutes", minutes) % minutes
        else:
            words = ngettext("%d hour", "%d hours", hours) % hours
            if rest:
                words += " " + ngettext("%d minute", "%d minutes", rest) % rest
        return _("about %s") % words if self.event.duration_approximate else words

    @property
    def initiated_by(self) -> str:
        side = self.event.initiated_by
        return _("initiated by %s") % side.side if side else ""

    # When --------------------------------------------------------------------------------------------------

    @cached_property
    def day(self) -> Day:
        return day_of(self.event.edtf)

    @property
    def date_words(self) -> str:
        return edtf.words(self.event.date)

    @property
    def short_when(self) -> str:
        """“Tue 25 Nov, morning, to reporters”: for a statement under its event."""
        day = self.day
        month = day.month.rsplit(" ", 1)[0] if " " in day.month else day.month
        parts = [" ".join(part for part in (day.weekday, day.number, month) if part)]
        if self.event.part_of_day:
            parts.append(self.part_of_day)
        if self.format:
            parts.append(self.format)
        return ", ".join(parts)

    # Who ---------------------------------------------------------------------------------------------------

    @cached_property
    def people(self) -> list[Person]:
        return self.known.people if self.known else [Person.of(one) for one in self.event.participations.all()]

    @property
    def who(self) -> SafeString:
        """All who took part, each as an item of a list."""
        return mark_safe("".join(person.item for person in self.people))

    # On whose word -----------------------------------------------------------------------------------------

    @cached_property
    def readouts(self) -> list[Readout]:
        return list(self.event.readouts.all())

    @cached_property
    def points(self) -> Sequence[Point | Sure]:
        """Every point of every account, in order."""
        return self.known.points if self.known else [one for readout in self.readouts for one in readout.points.all()]

    @property
    def strokes(self) -> list[str]:
        """One stroke a point, in order; at most forty are drawn."""
        return [line_of(point) for point in self.points[:40]]

    @property
    def tally(self) -> str:
        """“4 reported, 1 believed, 1 declined to say”."""
        counts = Counter(_short_word(point) for point in self.points)
        return ", ".join(f"{count} {word}" for word, count in counts.items())

    @property
    def according_to(self) -> list[str]:
        """Who gave the accounts, shortly and once each: “Takaichi, to reporters”; at most three."""
        return self.known.according_to if self.known else list(dict.fromkeys(map(giver, self.readouts)))

    @property
    def sources(self) -> str:
        """“The Japan News, 25 Nov 2025, and 4 more sources”."""
        if self.known:
            return self.known.sources
        citations = list(self.event.citations.all())
        return source_words(citations[0].source.publisher if citations else "", len(citations))

    @property
    def side(self) -> SafeString:
        """On whose word it is, as it stands beside an entry."""
        texts: dict[str, Text] = {"entry.according_to": self.according_to, "entry.sources": self.sources}
        if self.according_to:
            texts["entry.tally"] = self.tally
        return filled("timeline/_side.html", texts, {"entry.strokes": tuple(self.strokes)})


def marked(text: str, query: search.Query | None) -> SafeString:
    """The text, escaped, with the words of a query in <mark>."""
    if not query or not query.phrases:
        return mark_safe(escape(text))
    parts = (format_html("<mark>{}</mark>", part) if hit else escape(part) for part, hit in search.hits(text, query))
    return mark_safe("".join(parts))


def giver(readout: Readout) -> str:
    """Whose account it is, shortly: “Takaichi, to reporters”, “Ministry of Foreign Affairs”, “the US side”."""
    return giver_words(readout.given_by.family_name if readout.given_by else "", readout.given_as, readout.side)


def giver_words(family_name: str, given_as: str, side: Country) -> str:
    """The same from its parts."""
    if family_name:
        return f"{family_name}, {given_as}" if given_as else family_name
    return given_as or capfirst(side.side)


def source_words(publisher: str, number: int) -> str:
    """The first source's publisher, and how many more sources there are; nothing where there is none."""
    if number < 2:
        return publisher if number else ""
    return ngettext("%(first)s and %(more)d more source", "%(first)s and %(more)d more sources", number - 1) % {
        "first": publisher,
        "more": number - 1,
    }


def _short_word(point: Point | Sure) -> str:
    if point.disclosure == Disclosure.TOLD and point.certainty == Certainty.BELIEVED:
        return _("believed")
    if point.disclosure == Disclosure.TOLD and point.certainty == Certainty.CONFIRMED:
        return _("confirmed")
    return word_of(point)


def day_of(when: edtf.Edtf) -> Day:
    """A date as it is set large beside an entry."""
    first, last, precision = when.earliest, when.latest, when.start.precision
    about = {"~": "~", "?": "?", "%": "~"}.get(when.start.qualifier, "")
    if when.end.precision == "open" or precision == "open":
        return Day("", edtf.words(when), "", "", "", True, first.isoformat())
    if precision == "day":
        if first == last:
            return Day(
                str(WEEKDAYS_ABBR[first.weekday()]),
                f"{about}{first.day}" if about == "~" else f"{first.day}{about}",
                _month(first, short=True),
                str(WEEKDAYS[first.weekday()]),
                _month(first),
                bool(about),
                first.isoformat(),
            )
        if when.end.precision == "day" and (last - first).days < 28:
            return _days(first, last)
    if precision == "year":
        number = f"{first.year}" if first.year == last.year else f"{first.year}–{last.year}"
        return Day("", f"{about}{number}", "", "", _("month unknown"), True, f"{first.year:04}")
    if precision == "month" and not when.is_interval:
        month = str(MONTHS_3[first.month]).capitalize()
        # The number is the month: the margin beside it has no room for more.
        return Day(
            "",
            f"{about}{month}",
            f"{first.year}",
            "",
            f"{MONTHS[first.month]} {first.year}",
            True,
            when.text[:7],
        )
    return Day("", _month(first, short=True).rsplit(" ", 1)[0], "", "", edtf.words(when), True, first.isoformat()[:7])


def _days(first: date, last: date) -> Day:
    same_month = (first.year, first.month) == (last.year, last.month)
    short, long = _month(last, short=True), _month(last)
    if not same_month:
        before = first.year == last.year
        short = f"{_month_name(first, short=True) if before else _month(first, short=True)} – {short}"
        long = f"{_month_name(first) if before else _month(first)} – {long}"
    return Day(
        f"{WEEKDAYS_ABBR[first.weekday()]}–{WEEKDAYS_ABBR[last.weekday()]}",
        f"{first.day}–{last.day}",
        short,
        _("%(first)s to %(last)s") % {"first": WEEKDAYS[first.weekday()], "last": WEEKDAYS[last.weekday()]},
        long,
        True,
        first.isoformat(),
    )


def _month_name(day: date, *, short: bool = False) -> str:
    return str(MONTHS_3[day.month]).capitalize() if short else str(MONTHS[day.month])


def _month(day: date, *, short: bool = False) -> str:
    return f"{_month_name(day, short=short)} {dateformat.format(day, 'Y')}"
