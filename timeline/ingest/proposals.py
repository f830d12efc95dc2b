"""Articles and their proposals into the database, for editors to decide on; the record itself is not touched.

The same article again changes nothing. An amended one gets another text: what was read from the earlier ones stays
readable where it stood, and each proposal is known again by its kind and its people, not by its date. What an editor
has decided stays: the rejected does not come back, and the accepted only says that the article reads differently now.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import slugify

from timeline import record
from timeline.models import Article, ArticleText, Origin, Proposal, Reading, Standing
from timeline.models.proposals import digest

from . import extract
from .articles import Told

Values = dict[str, Any]
_LONGEST_ABOUT = 300
_AROUND = 60  # characters on both sides of the words that a proposal hangs on
# What of an article is filled in where it was left open before; the day of publication is always the last one given.
_PARTICULARS = ("url", "publisher", "title", "home")


@dataclass
class Stored:
    """What became of one article and its proposals."""

    article: Article
    is_new: bool = False
    is_amended: bool = False
    added: list[Proposal] = field(default_factory=list)
    changed: list[Proposal] = field(default_factory=list)
    gone: list[Proposal] = field(default_factory=list)
    same: list[Proposal] = field(default_factory=list)

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing at all was new."""
        return not (self.is_new or self.is_amended or self.added or self.changed or self.gone)

    def counts(self) -> dict[str, int]:
        """How many proposals were added, changed, are gone, or stand as before."""
        return {name: len(getattr(self, name)) for name in ("added", "changed", "gone", "same")}


def store(told: Told) -> Stored:
    """Store an article with its proposals, or bring them up to date; all in one transaction."""
    # Nothing public is written, but writers queue: two runs of the same article find each other.
    with record.writing(origin=Origin.INGEST):
        stored = _article(told)
        text = _text(stored, told)
        _reconcile(stored, text, told)
    return stored


# The article -------------------------------------------------------------------------------------------------


def _article(told: Told) -> Stored:
    """The article's own row, known again by its address, its text or its title."""
    given = told.article
    known = _known(told)
    article = known or Article(published=given.published)
    before = {name: getattr(article, name) for name in (*_PARTICULARS, "published")}
    article.published = given.published
    for name in _PARTICULARS:
        setattr(article, name, before[name] or (told.home if name == "home" else getattr(given, name)))
    if known is None or any(getattr(article, name) != value for name, value in before.items()):
        article.save()
    return Stored(article, is_new=known is None)


def _known(told: Told) -> Article | None:
    given = told.article
    rows = Article.objects.order_by("pk")
    if given.url and (found := rows.filter(url_sha256=digest(given.url)).first()):
        return found
    # Without an address, or where none was given before, its text or its title tell.
    open_ones = rows.filter(url="") if given.url else rows
    if found := open_ones.filter(texts__sha256=given.sha256).first():
        return found
    if not given.title:
        return None
    if given.publisher:
        open_ones = open_ones.filter(publisher__in=("", given.publisher))
    return open_ones.filter(published=given.published, title=given.title).first()


def _text(stored: Stored, told: Told) -> ArticleText:
    """The article's text as it stands now, a new one where it has been amended."""
    last = stored.article.texts.order_by("number").last()
    if last and last.sha256 == told.article.sha256:
        return last
    stored.is_amended = last is not None
    return ArticleText.objects.create(
        article=stored.article,
        number=last.number + 1 if last else 1,
        text=told.article.text,
        sha256=told.article.sha256,
    )


# Its proposals -----------------------------------------------------------------------------------------------


@dataclass
class _One:
    """A proposal as it was read from one text: by what it is known again."""

    about: str
    values: Values
    evidence: dict[str, Any]
    around: str  # the words that it hangs on, with some before and behind them
    row: Proposal | None = None


# By what an earlier proposal and one just read are the same, the surest first.
_SAME: list[Callable[[_One], Hashable]] = [
    lambda one: (one.about, one.around),
    lambda one: (one.about, one.values["date"], one.values["occurrence"], one.values["format"]),
    lambda one: (one.about, one.values["format"]),
    lambda one: one.about,
    # People may have got their full names meanwhile.
    lambda one: (one.values["kind"], one.around),
]


def _reconcile(stored: Stored, text: ArticleText, told: Told) -> None:
    rows = list(stored.article.proposals.prefetch_related("readings__text"))
    earlier = [_earlier(row) for row in rows]
    found = [_found(one, told) for one in told.proposals]
    numbers = defaultdict(set)
    for row in rows:
        numbers[row.about].add(row.number)
    pairs = _pairs(earlier, found)
    for order, one in enumerate(found):
        before = pairs.get(id(one))
        row = before.row if before and before.row else Proposal(article=stored.article, kind=one.values["kind"])
        if row.about != one.about:
            row.about, row.number = one.about, _free(numbers[one.about])
        row.order = order
        outcome = _place(stored, row, before, one)
        row.save()
        _keep(row, text, one)
        outcome.append(row)
    taken = {id(before) for before in pairs.values()}
    for before in earlier:
        if before.row and id(before) not in taken:
            _let_go(stored, before.row, len(found))


def _place(stored: Stored, row: Proposal, before: _One | None, one: _One) -> list[Proposal]:
    """What has become of it, with the row's state set to that."""
    if before is None:
        return stored.added
    has_come_back = row.standing == Standing.SUPERSEDED
    if has_come_back:
        row.standing = Standing.WAITING
    if row.standing == Standing.ACCEPTED:
        row.is_changed = row.decided is None or differ(row.decided, one.values)
    return stored.changed if has_come_back or differ(before.values, one.values) else stored.same


def _let_go(stored: Stored, row: Proposal, order: int) -> None:
    """The article, or its reader, tells of it no longer."""
    if row.standing == Standing.WAITING:
        row.standing = Standing.SUPERSEDED
    elif row.standing == Standing.ACCEPTED and stored.is_amended and not row.is_changed and _was_last(stored, row):
        row.is_changed = True
    else:
        return
    row.order = order
    row.save()
    stored.gone.append(row)


def _was_last(stored: Stored, row: Proposal) -> bool:
    """Whether the text before this one still told of it."""
    last = stored.article.texts.order_by("-number")[1:2]
    return any(reading.text_id == text.pk for text in last for reading in row.readings.all())


def _keep(row: Proposal, text: ArticleText, one: _One) -> None:
    Reading.objects.update_or_create(proposal=row, text=text, defaults={"values": one.values, "evidence": one.evidence})


def _free(numbers: set[int]) -> int:
    number = 1
    while number in numbers:
        number += 1
    numbers.add(number)
    return number


def _pairs(earlier: list[_One], found: list[_One]) -> dict[int, _One]:
    """The earlier proposal that each of those found is, by the found one's `id`; each at most once."""
    pairs: dict[int, _One] = {}
    left, new = earlier, found
    for same in _SAME:
        waiting: dict[Hashable, list[_One]] = defaultdict(list)
        for one in left:
            waiting[same(one)].append(one)
        for one in new:
            if waiting[same(one)]:
                pairs[id(one)] = waiting[same(one)].pop(0)
        taken = {id(one) for one in pairs.values()}
        left = [one for one in left if id(one) not in taken]
        new = [one for one in new if id(one) not in pairs]
    return pairs


# One proposal as JSON ----------------------------------------------------------------------------------------


def _earlier(row: Proposal) -> _One:
    reading = latest(row.readings.all())
    return _One(row.about, reading.values, reading.evidence, around(reading.text.text, reading.evidence), row)


def latest(readings: Iterable[Reading]) -> Reading:
    """The reading of the newest text; every proposal has one."""
    return max(readings, key=lambda one: one.text.number)


def _found(proposal: extract.Proposal, told: Told) -> _One:
    values = proposal.as_dict(told.article.text)
    evidence = {
        name: [{key: span[key] for key in ("start", "end", "certainty", "attribution")} for span in spans]
        for name, spans in values.pop("evidence").items()
    }
    values |= {"slugs": dict(proposal.slugs), "countries": dict(proposal.countries)}
    return _One(about(values), values, evidence, around(told.article.text, evidence))


def about(values: Values) -> str:
    """What a proposal is about, whatever its date: “call:donald-trump+sanae-takaichi”."""
    people = sorted(slugify(name, allow_unicode=True) for name in values["participants"])
    whole = f"{values['kind']}:{'+'.join(people)}"
    return whole if len(whole) <= _LONGEST_ABOUT else f"{whole[:240]}#{digest(whole)[:32]}"


def around(text: str, evidence: dict[str, Any]) -> str:
    """The words that a proposal hangs on, with some of those around them."""
    span = (evidence.get("kind") or [{"start": 0, "end": 0}])[0]
    return re.sub(r"\s+", " ", text[max(0, span["start"] - _AROUND) : span["end"] + _AROUND])


# What a proposal says of its event. How a name was resolved and how a date was found is beside the point.
_SAID = (
    "occurrence",
    "date",
    "part_of_day",
    "format",
    "place",
    "initiated_by",
    "duration_minutes",
    "duration_approximate",
    "words",
)


def differ(before: Values, after: Values) -> bool:
    """Whether two readings say something else of an event; a person's fuller name is the same person."""
    if any(before.get(name) != after.get(name) for name in _SAID):
        return True
    were, are = ([set(name.casefold().split()) for name in one["participants"]] for one in (before, after))
    return len(were) != len(are) or not all(any(name & other for other in are) for name in were)


# In words ----------------------------------------------------------------------------------------------------


def in_words(stored: Stored, known: int) -> str:
    """What became of one article, as a sentence; `known` of its waiting proposals are about events of the record."""
    told = len(stored.added) + len(stored.changed) + len(stored.same)
    whole = f"{told} proposal{'' if told == 1 else 's'}"
    if stored.is_new:
        return f"{whole}{f', {known} of them about known events' if known else ''}."
    if stored.is_unchanged:
        return f"Unchanged: {whole}."
    parts = [f"{number} {name}" for name, number in stored.counts().items()]
    return f"{'Amended' if stored.is_amended else 'Read anew'}: {whole}, {', '.join(parts)}."


def lines(stored: Stored) -> list[str]:
    """A line for each proposal that is new, or different now; nothing of the others."""
    return [
        f"{word}  {_line(one)}"
        for word, rows in (("new    ", stored.added), ("changed", stored.changed), ("gone   ", stored.gone))
        for one in rows
    ]


def _line(row: Proposal) -> str:
    readings = sorted(row.readings.select_related("text"), key=lambda one: one.text.number)
    values = readings[-1].values
    occurrence = values["occurrence"].replace("_", " ")
    people = ", ".join(values["participants"])
    was = readings[-2].values["date"] if len(readings) > 1 else values["date"]
    moved = f" (was {was or 'undated'})" if was != values["date"] else ""
    return f"{values['date'] or 'undated'}{moved}  {values['kind']}, {occurrence}: {people}"
