"""What an editor's entry needs before it is published, beyond what every record must hold.

The rules of `rules` hold for every record, whoever brings it in. These ask for what a careful editor adds: a title
that says what happened, posts that cover the date, and for what did not take place a source that says so.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from timeline import edtf, search
from timeline.models import Occurrence, State
from timeline.models.people import pick_post

from .form import Record
from .rules import Problem, References, problems

# Words that join names, give a date or an office, or name the sort of event: a title of names and these says nothing.
_EMPTY_WORDS = """
a an and at between by first for from in into of on or over second the their third to via vs with
bilateral call chat conference consultation conversation conversations dialogue discussion discussions event informal
interview leaders meeting meetings multilateral news official phone press readout session speech standing statement
statements summit summits talks telephone telephonic teleconference trilateral video virtual
january february march april may june july august september october november december
jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday
chairman chancellor emperor foreign king minister president prime queen secretary
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
_FEWEST_PAIRS = 4  # pairs of Chinese, Japanese or Korean characters: five characters in a row


@dataclass(frozen=True)
class Item:
    """One line of the checklist; `missing` says in sentences what is still to be done."""

    words: str
    missing: list[str]

    @property
    def is_done(self) -> bool:
        return not self.missing


def checklist(record: Record, known: References, *, may_add_posts: bool = False) -> list[Item]:
    """The lines for a canonical, completed record whose references are in `known`; see `before_publishing`."""
    found = before_publishing(record, known, may_add_posts=may_add_posts)
    lines = {"title": _("A title that says what happened"), "date": _("A date")}
    lines["participants"] = _("Who took part, with posts that cover the date")
    if record["occurrence"] == Occurrence.DID_NOT_TAKE_PLACE:
        lines["occurrence"] = _("A source that says that it did not take place")
    lines["citations"] = _("At least one citation: on whose word is it?")
    if record["readouts"]:
        lines["readouts"] = _("Accounts that say something, or are marked as not issued")
    named = {name: [one.message for one in found if one.path[:1] == (name,)] for name in lines}
    rest = [one.message for one in found if one.path[:1] not in {(name,) for name in lines}]
    items = [Item(words, named[name]) for name, words in lines.items()]
    return [*items, Item(_("The rest"), rest)] if rest else items


def before_publishing(record: Record, known: References, *, may_add_posts: bool = False) -> list[Problem]:
    """Everything that keeps an editor from publishing it, each with its place in the record.

    Who `may_add_posts` is told to add one that is missing; others are told who can.
    """
    found = problems(record, State.PUBLISHED, known)
    return [*found, *beside_the_rules(record, known, may_add_posts=may_add_posts)]


def beside_the_rules(record: Record, known: References, *, may_add_posts: bool = False) -> list[Problem]:
    """Of this, what a careful editor adds to what every published record must hold."""
    return [*_title(record, known), *_posts(record, known, may_add_posts), *_outcome(record)]


def _title(record: Record, known: References) -> Iterator[Problem]:
    if record["title"].strip() and not says_something(record["title"], _names(record, known)):
        yield Problem(
            ("title",),
            _("This title names the event, but does not say what happened: write a sentence with a verb."),
        )


def _names(record: Record, known: References) -> Iterator[str]:
    """What the people, the countries and the place of an event are called."""
    codes = {one["country"] for one in record["participants"]} | {record["country"]}
    for one in record["participants"]:
        if leader := known.leaders.get(one["leader"] or ""):
            yield from (leader.name, leader.family_name, leader.native_name, *leader.other_names)
        yield one["title"] or ""
    for code in codes:
        if country := known.countries.get(code or ""):
            yield from (country.code, country.name, country.adjective, country.capital)
    yield record["place"] or ""


def says_something(title: str, names: Iterable[str] = ()) -> bool:
    """Whether a title holds a word that is no name, no date and no sort of event.

    In Chinese, Japanese and Korean, where words are not parted, five characters beyond the names will do.
    """
    passed_over = {token for name in names for token in search.tokens(name)}
    left = [token for token in search.tokens(title) if token not in passed_over | _EMPTY and not _is_number(token)]
    letters = [token for token in left if not _is_cjk(token)]
    return bool(letters) or len(left) >= _FEWEST_PAIRS


def _is_number(token: str) -> bool:
    return bool(re.fullmatch(r"n?\d+(?:st|nd|rd|th)?", token))


def _is_cjk(token: str) -> bool:
    return bool(re.fullmatch(r"(?:x[0-9a-f]{4,5}){1,2}", token))


def _posts(record: Record, known: References, may_add_posts: bool) -> Iterator[Problem]:
    if may_add_posts:
        words = _("No post of %(name)s covers %(date)s, and a reader would not learn who that was: add it.")
    else:
        words = _(
            "No post of %(name)s covers %(date)s, and a reader would not learn who that was: ask a chief editor to"
            " add it."
        )
    try:
        day = edtf.parse(record["date"])
    except edtf.EdtfError:
        return
    for place, one in enumerate(record["participants"]):
        leader = known.leaders.get(one["leader"] or "")
        if leader is None or not one["country"]:
            continue  # the rules have said so
        if pick_post(leader.posts.all(), day.earliest, day.latest) is None:
            yield Problem(
                ("participants", place, "leader"),
                words % {"name": leader.name, "date": edtf.words(day, unknown=False)},
            )


def _outcome(record: Record) -> Iterator[Problem]:
    says_so = any("occurrence" in one["supports"] for one in record["citations"])
    if record["occurrence"] == Occurrence.DID_NOT_TAKE_PLACE and not says_so:
        yield Problem(
            ("occurrence",),
            _("No source says that it did not take place: tick “outcome” at the citation of one that does."),
        )
