"""An article's proposals as an editor reviews them: each with its evidence, the entry it is about, and its form."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from timeline import differences, edtf, record
from timeline.ingest import matching
from timeline.ingest.matching import Finding, How, Match
from timeline.ingest.proposals import Values, latest
from timeline.models import (
    Article,
    ArticleText,
    Country,
    Event,
    Kind,
    Leader,
    Occurrence,
    Proposal,
    Reading,
    Standing,
    State,
)
from timeline.models.proposals import digest

from .choices import fetch_choices
from .review_forms import NEW, PersonForm, ProposalForm
from .review_text import Mark
from .suggested import office, title

_SHOWN_SPANS = 4  # pieces of evidence beside one value; all of them are marked in the text


@dataclass(frozen=True)
class Span:
    """A piece of evidence in words."""

    start: int
    words: str
    how: str


@dataclass(frozen=True)
class Row:
    """One value of a proposal: its field and the box that takes it, or what it agrees with; and its evidence."""

    key: str
    label: str
    field: Any
    box: Any
    beside: Any  # a second field in the same line
    told: str
    standing: str
    is_conflict: bool
    spans: list[Span]
    basis: str


@dataclass(frozen=True)
class Person:
    """Somebody whom a proposal names."""

    key: str
    name: str
    leader: Leader | None
    form: PersonForm
    is_there: bool  # the entry has them already
    spans: list[Span]

    @property
    def new_fields(self) -> list[Any]:
        """What a new leader needs."""
        return [self.form[name] for name in ("name", "family_name", "office", "country")]


@dataclass
class Review:
    """One proposal on the page. `form` is bound where it was sent and refused; `match` is what it was compared with."""

    proposal: Proposal
    number: int
    values: Values
    evidence: Mapping[str, Any]
    text: ArticleText
    is_latest: bool
    matches: list[Match] = field(default_factory=list)
    match: Match | None = None
    form: ProposalForm | None = None
    people: list[Person] = field(default_factory=list)
    also_told: list[Proposal] = field(default_factory=list)
    barred: str = ""  # why this editor may not accept it
    names: differences.Names = field(default_factory=lambda: differences.Names([]))

    @property
    def is_open(self) -> bool:
        """Whether there is something to decide."""
        return self.proposal.standing == Standing.WAITING or self.proposal.is_changed

    @property
    def can_be_reopened(self) -> bool:
        """Whether it was rejected, or its draft was thrown away."""
        row = self.proposal
        return row.standing == Standing.REJECTED or (row.standing == Standing.ACCEPTED and row.event_id is None)

    @property
    def buttons(self) -> set[str]:
        """What can be done with it now."""
        if self.proposal.is_changed:
            return {"_accept", "_keep"}
        if self.is_open:
            return {"_accept", "_reject"}
        return {"_reopen"} if self.can_be_reopened else set()

    @property
    def seen(self) -> str:
        """By which a form says what its editor has looked at."""
        stands = [self.proposal.standing, self.proposal.is_changed, self.text.pk, self.values]
        return digest(json.dumps(stands, sort_keys=True))[:20]

    @property
    def heading(self) -> str:
        """“Call, took place: Sanae Takaichi and Donald Trump”."""
        kind = dict(Kind.choices).get(self.values["kind"], "")
        occurrence = dict(Occurrence.choices).get(self.values["occurrence"], "")
        people = get_text_list(self.values["participants"], _("and"))
        return f"{kind}, {occurrence}: {people}"

    @property
    def when(self) -> str:
        return edtf.words(self.values["date"]) if self.values["date"] else _("undated")

    @property
    def news(self) -> list[differences.Difference]:
        """What the article says now of an accepted proposal, and what it said when it was accepted."""
        before = self.proposal.decided
        if not self.proposal.is_changed or before is None or not self.is_latest:
            return []
        return [
            differences.Difference(
                name,
                differences.label(name),
                [differences.line(self.words(name, before.get(name)), self.words(name, self.values.get(name)))],
            )
            for name in matching.FIELDS
            if before.get(name) != self.values.get(name)
        ]

    @property
    def marks(self) -> list[Mark]:
        """Its evidence in the text, value by value; each person's own names are theirs."""
        found = [
            (name, span)
            for name, spans in self.evidence.items()
            if name not in ("participants", "speaker", "declined")
            for span in spans
        ]
        found += [
            (f"person-{place}", span)
            for place, name in enumerate(self.values["participants"])
            for span in self._of_person(name)
        ]
        found += [("points", span) for span in self.evidence.get("declined", ())]
        shown = self._shown()
        return [Mark(self.number, name, span["start"], span["end"], name in shown) for name, span in found]

    def _shown(self) -> set[str]:
        """The values that the page has a row for."""
        if self.form is None:
            return set()
        people = [f"person-{place}" for place, _name in enumerate(self.values["participants"])]
        return {"kind", *(row.key.partition("-")[2] for row in self.rows), *people}

    def words(self, name: str, value: Any) -> str:
        """A value as an editor reads it."""
        return self.names.words(name, value)

    def spans(self, found: Iterable[Mapping[str, Any]]) -> list[Span]:
        return [
            Span(one["start"], " ".join(self.text.text[one["start"] : one["end"]].split()), _how(one))
            for one in list(found)[:_SHOWN_SPANS]
        ]

    def _of_person(self, name: str) -> list[Mapping[str, Any]]:
        """The evidence that bears a person's name; where none does, that which bears nobody's."""
        spans = self.evidence.get("speaker") or self.evidence.get("participants") or []
        texts = [(one, set(self.text.text[one["start"] : one["end"]].casefold().split())) for one in spans]
        own = [one for one, words in texts if words & set(name.casefold().split())]
        everybody = {word for other in self.values["participants"] for word in other.casefold().split()}
        return own or [one for one, words in texts if not words & everybody]

    @property
    def kind_spans(self) -> list[Span]:
        return self.spans(self.evidence.get("kind", ())[:1])

    @property
    def notes(self) -> list[Any]:
        """What readers are told, where they have seen the entry."""
        names = ("correction", "not_correction")
        return [self.form[name] for name in names if name in self.form.fields] if self.form else []

    def _standing(self, found: Finding) -> str:
        known = self.words(found.name, found.known)
        if not known:
            return _("The entry leaves it open.")
        if found.how == How.AGREES and known == self.words(found.name, found.told):
            return _("The entry says so too.")
        if found.how == How.CONFLICTS or found.name == "words":
            said = _("The entry says: %s.")
        elif found.how == How.AGREES:
            said = _("The entry says it more exactly: %s.")
        else:
            said = _("The entry says it less exactly: %s.")
        return (said % known).removesuffix(".") if known.endswith((".", "?", "!", "…")) else said % known

    @property
    def rows(self) -> list[Row]:
        """The values, in the form's order."""
        if self.form is None:
            return []
        found = {one.name: one for one in self.match.findings} if self.match else {}
        rows = []
        for name in matching.FIELDS:
            if name in self.form.fields or name in found:
                rows.append(self._row(name, self.form, found.get(name)))
        if "points" in self.form.fields:
            rows.append(self._row("points", self.form, None))
        return rows

    def _row(self, name: str, form: ProposalForm, found: Finding | None) -> Row:
        basis = str(self.values["basis"].get(name) or "")
        box = form[f"take_{name}"] if f"take_{name}" in form.fields else None
        beside = form["duration_approximate"] if name == "duration_minutes" and name in form.fields else None
        evidence = self.evidence.get("declined" if name == "points" else name, ())
        return Row(
            key=f"p{self.number}-{name}",
            label=_("What was declined") if name == "points" else differences.label(name).capitalize(),
            field=form[name] if name in form.fields else None,
            box=box,
            beside=beside,
            told=self.words(name, self.values.get(name)) if name != "points" else "",
            standing=self._standing(found) if found else "",
            is_conflict=bool(found) and found is not None and found.how == How.CONFLICTS,
            spans=self.spans(evidence),
            basis=basis,
        )


def _how(span: Mapping[str, Any]) -> str:
    """On what a piece of evidence rests, where it is more than the article's plain word."""
    match span["certainty"]:
        case "attributed":
            return _("according to %s") % span["attribution"] if span["attribution"] else _("attributed")
        case "inferred":
            return _("inferred")
        case "speculated":
            return _("speculated")
    return ""


# The page's proposals ----------------------------------------------------------------------------------------


def reviews(
    article: Article, text: ArticleText | None = None, sent: Mapping[str, Any] | None = None, of: str = ""
) -> list[Review]:
    """An article's proposals in the order of its text; `sent` is the form of the one with the key `of`.

    With an earlier `text`, what stood in it, to be looked at alone.
    """
    rows = list(article.proposals.select_related("event__merged_into").prefetch_related("readings__text"))
    newest = article.texts.order_by("number").last()
    assert newest is not None, "an article has a text from the start"
    found: list[Review] = []
    for row in rows:
        reading = latest(row.readings.all()) if text is None else _of(row, text)
        if reading:
            is_latest = reading.text_id == newest.pk
            found.append(Review(row, len(found) + 1, reading.values, reading.evidence, reading.text, is_latest))
    if text is None:
        _fill([one for one in found if one.is_open], article, sent or {}, of)
    return found


def _of(row: Proposal, text: ArticleText) -> Reading | None:
    return next((one for one in row.readings.all() if one.text_id == text.pk), None)


def _fill(found: list[Review], article: Article, sent: Mapping[str, Any], of: str) -> None:
    known = matching.Known(one.values for one in found)
    adjectives = frozenset(one.casefold() for one in Country.objects.values_list("adjective", flat=True) if one)
    others = matching.also_told([one.proposal for one in found if one.proposal.standing == Standing.WAITING])
    for one in found:
        one.also_told = others.get(one.proposal.pk, [])
        one.matches = _own(one) if one.proposal.is_changed else _matches(one, known)
        one.match = next((match for match in one.matches if match.is_sure), None)
        mine, chosen = (sent, _chosen(sent, one)) if str(one.proposal.pk) == of else (None, "")
        if chosen:
            one.match = next((match for match in one.matches if str(match.event.pk) == chosen), None)
        if mine is not None and is_only_compared(mine, one):
            mine = None
        _forms(one, known, adjectives, mine, chosen)
    asked = [record.canonical({"initiated_by": one.values["initiated_by"]}) for one in found]
    names = differences.Names([*asked, *(match.record for one in found for match in one.matches)])
    for one in found:
        one.names = names
    fetch_choices([person.form for one in found for person in one.people])


def _matches(review: Review, known: matching.Known) -> list[Match]:
    quoted = matching.quotations(review.text.text, review.evidence)
    return matching.matches(review.values, known, review.proposal.article.published, quoted)


def _chosen(sent: Mapping[str, Any], review: Review) -> str:
    """The entry that the editor chose, or the one that the form was made for."""
    prefix = f"p{review.proposal.pk}"
    return str(sent.get(f"{prefix}-event") or sent.get(f"{prefix}-compared") or "")


def is_only_compared(sent: Mapping[str, Any], review: Review) -> bool:
    """Whether the editor chose another entry than the form was made for: it is to be compared with that one first."""
    prefix = f"p{review.proposal.pk}"
    chosen = sent.get(f"{prefix}-event") or ""
    return bool(chosen) and chosen != sent.get(f"{prefix}-compared")


def _own(review: Review) -> list[Match]:
    """The entry that an accepted proposal went into."""
    event = review.proposal.event
    if event is None:
        return []
    event = event.merged_into or event
    stands = record.of(event)
    told = matching.findings(review.values, stands, matching.quotations(review.text.text, review.evidence))
    return [Match(event, stands, told, is_sure=event.state != State.WITHDRAWN)]


def _forms(
    review: Review, known: matching.Known, adjectives: frozenset[str], sent: Mapping[str, Any] | None, chosen: str
) -> None:
    prefix = f"p{review.proposal.pk}"
    review.form = ProposalForm(
        review.values,
        review.text.text,
        dict(review.evidence),
        review.matches,
        review.match,
        sent,
        prefix=prefix,
        title=title(review.values),
    )
    review.form.initial["seen"] = review.seen
    if chosen == NEW:
        review.form.initial["event"] = NEW
    there = {one["leader"] for one in review.match.record["participants"]} if review.match else set()
    for place, name in enumerate(review.values["participants"]):
        leader = known.leader(review.values, name)
        told = review._of_person(name)
        country = "" if leader else review.values["countries"].get(name, "")
        held = "" if leader else office(review.text.text, told, adjectives)
        form = PersonForm(name, leader, country, sent, prefix=f"{prefix}-person-{place}", office=held)
        if review.match:
            form.initial["take"] = False
        is_there = leader is not None and leader.slug in there
        review.people.append(
            Person(f"p{review.number}-person-{place}", name, leader, form, is_there, review.spans(told))
        )


# What the page needs besides ---------------------------------------------------------------------------------


def countries() -> list[tuple[str, str]]:
    """Every country's code and name, for the list that the fields share."""
    return list(Country.objects.order_by("name").values_list("code", "name"))


def event_of(proposal: Proposal) -> Event | None:
    """The entry that a decided proposal went into, or the one that this was merged into."""
    return (proposal.event.merged_into or proposal.event) if proposal.event else None
