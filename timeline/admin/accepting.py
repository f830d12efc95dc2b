"""From a reviewed proposal to the record, through the one writer: a draft, or further evidence for a known entry."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline import record
from timeline.ingest.matching import How
from timeline.models import Article, Event, Format, Kind, Leader, Origin, Proposal, Role, Slug, Source, Standing, State
from timeline.record import slugs
from timeline.record.form import Record

from . import new_sources
from .event_record import add_correction, completed
from .notes import about_note, note
from .review import Person, Review
from .review_forms import NEW, ProposalForm

# How a statement's account was given, in the record's English.
_GIVEN_AS = {
    Format.PRESS_CONFERENCE: "at a press conference",
    Format.TO_REPORTERS: "to reporters",
    Format.INTERVIEW: "in an interview",
    Format.PARLIAMENT: "in parliament",
    Format.SPEECH: "in a speech",
    Format.WRITTEN: "in a written statement",
    Format.SOCIAL_MEDIA: "on social media",
}


@dataclass(frozen=True)
class May:
    """What the editor at work may do; each answers for one event or kind."""

    add: Callable[[str], bool]
    change: Callable[[Event], bool]
    publish: Callable[[Event], bool]
    add_leader: bool


class Held(Exception):
    """Nothing is wrong with what was typed, but the editor should look again; the message says why."""


@dataclass(frozen=True)
class Accepted:
    """The entry that a proposal went into, whether it is new, and whether anything in it has changed."""

    event: Event
    created: bool
    changed: bool


def accept(review: Review, by: User, may: May) -> Accepted | None:
    """Write what the form says, and remember that it was accepted; None where the form was refused.

    To be called inside `record.writing()`, with a review that was read there. What is wrong stands at the form's
    fields then, and nothing has been written. Raises Held, and PermissionDenied.
    """
    form = review.form
    assert form is not None
    people = [person for person in review.people if not person.is_there]
    if not all([form.is_valid(), *(person.form.is_valid() for person in people)]):
        return None
    _look_again(review, form)
    try:
        with record.writing(origin=Origin.EDITOR, by=by):
            accepted = _write(review, form, people, by, may)
            if correction := note(form, "correction"):
                add_correction(accepted.event, correction)
            decide(review, Standing.ACCEPTED, by, accepted.event)
    except record.Refused as refused:
        for problem in refused.problems:
            _place(form, people, problem)
        return None
    return accepted


def decide(review: Review, standing: str, by: User, event: Event | None = None) -> None:
    """Remember what was decided, by whom, and on which values."""
    row = review.proposal
    row.standing, row.is_changed, row.event = standing, False, event
    row.decided, row.decided_at = review.values, timezone.now()
    row.decided_by, row.decided_by_name = by, by.get_username()
    row.save()


def reopen(proposal: Proposal) -> None:
    """Put a decided proposal back among those that wait; what was written of it stays."""
    proposal.standing, proposal.is_changed, proposal.event = Standing.WAITING, False, None
    proposal.decided = proposal.decided_at = proposal.decided_by = None
    proposal.decided_by_name = ""
    proposal.save()


def _look_again(review: Review, form: ProposalForm) -> None:
    """Raise Held where the record has moved since the page was made."""
    values = form.cleaned_data
    match = review.match
    if (str(match.event.pk) if match else NEW) != values["compared"]:
        raise Held(_("This is no longer the entry that it was compared with: look at it again, then accept."))
    if match and match.event.changed_at.isoformat() != values["as_of"]:
        raise Held(_("“%s” has been changed since this page was made: look at it again, then accept.") % match.event)
    if match is None and {str(one.event.pk) for one in review.matches} - set(values["shown"].split(",")):
        raise Held(_("An entry has come in meanwhile that this may be about: look at it, then accept."))


# Writing -----------------------------------------------------------------------------------------------------


def _write(review: Review, form: ProposalForm, people: list[Person], by: User, may: May) -> Accepted:
    with record.writing(origin=Origin.EDITOR, by=by) as writer:
        source = _source(review.proposal.article)
        event = review.match.event if review.match else None
        if barred(event, form.kind, may):
            raise PermissionDenied
        before = record.of(event) if event else None
        taken = [(person, _leader(person, may)) for person in people if person.form.cleaned_data["take"]]
        whole = record.canonical({**(before or {"kind": form.kind, "id": "new"}), **form.as_record()})
        whole["participants"] = [*whole["participants"], *(_participant(form.kind, *one) for one in taken)]
        if before is None:
            named = [leader for _person, leader in taken]
            whole["id"] = slugs.free(slugs.of_event(named, form.kind, whole["date"]), Slug)
        supports = _supports(review, form, bool(taken))
        if form.takes("points"):
            _add_account(whole, form, source, _speaker(review, taken))
            supports.append("readouts")
        _cite(whole, source, supports, form.cleaned_data["excerpt"])
        state = event.state if event else State.DRAFT
        if event and state == State.PUBLISHED and writer.prepared(whole) != before:
            _refuse([*writer.check(whole, state=state), *_about_note(review, form)])
        reason = note(form, "correction") or note(form, "not_correction")
        written = writer.write(whole, event=event, state=state, reason=reason)
    return Accepted(written.event, written.created, written.changed)


def barred(event: Event | None, kind: str, may: May) -> str:
    """Why this editor may not accept a proposal into an entry, or as a new one; nothing where they may."""
    if event is None:
        return "" if may.add(kind) else _("Your role may not enter new events of this kind.")
    if not may.change(event) or (event.state == State.PUBLISHED and not may.publish(event)):
        return _("Readers see this entry: only who may publish can accept evidence into it.")
    return ""


def _source(article: Article) -> Source:
    """The record's row for the article, made where there is none yet."""
    article = Article.objects.select_related("source").get(pk=article.pk)
    if article.source:
        return article.source
    publisher = article.publisher or new_sources.publisher(article.url)
    if not publisher or not article.title:
        message = _("Readers need to know the source: first say below the text who published it, and its title.")
        raise record.Refused([record.Problem((), message)])
    alike = Source.objects.filter(publisher__iexact=publisher, title__iexact=article.title)
    source = new_sources.known(article.url) or alike.filter(url="").first()
    if source is None:
        source = Source(publisher=publisher, title=article.title, url=article.url, language="en")
        source.published = article.published.isoformat()
        source.slug = new_sources.free_slug(source)
        source.save()
    # The row alone: what is refused further on must leave no trace in what is shown.
    Article.objects.filter(pk=article.pk).update(source=source)
    return source


def _leader(person: Person, may: May) -> Leader:
    if chosen := person.form.cleaned_data["leader"]:
        leader: Leader = chosen
        return leader
    if not may.add_leader:
        raise PermissionDenied
    return person.form.make_leader()


def _participant(kind: str, person: Person, leader: Leader) -> dict[str, Any]:
    """Without a country: that of the post which the leader held that day."""
    role = Role.SPEAKER if kind == Kind.STATEMENT else Role.PRINCIPAL
    return {"leader": leader.slug, "role": str(role), "country": None, "title": None}


def _supports(review: Review, form: ProposalForm, has_people: bool) -> list[str]:
    """The fields that the article speaks for: those taken over, and those in which it agrees with the entry."""
    agreed = [one.name for one in review.match.named(How.AGREES)] if review.match else []
    told = [name for name in form.taken() if review.values.get(name) not in (None, "")]
    people = ["participants"] if has_people or any(person.is_there for person in review.people) else []
    return [*people, *dict.fromkeys([*agreed, *told])]


def _speaker(review: Review, taken: list[tuple[Person, Leader]]) -> Leader | None:
    there = [person.leader for person in review.people if person.is_there]
    return next((one for one in [*(leader for _person, leader in taken), *there] if one), None)


def _add_account(whole: Record, form: ProposalForm, source: Source, speaker: Leader | None) -> None:
    """The speaker's account of a statement, with what was declined; into the one that is there of this source."""
    side = _side(whole, speaker)
    if speaker is None or side is None:
        message = _("Whose account it is is not known: no post of the speaker covers this date.")
        raise record.Refused([record.Problem(("readouts",), message)])
    points = [line.as_record() for line in form.cleaned_data["points"]]
    for account in whole["readouts"]:
        if (account["side"], account["given_by"], account["source"]) == (side, speaker.slug, source.slug):
            said = {point["text"] for point in account["points"]}
            account["points"] = [*account["points"], *(point for point in points if point["text"] not in said)]
            return
    given_as = _GIVEN_AS.get(Format(whole["format"])) if whole["format"] else None
    account = {"side": side, "given_by": speaker.slug, "given_as": given_as, "source": source.slug}
    whole["readouts"] = [*whole["readouts"], {**account, "date": whole["date"], "issued": True, "points": points}]


def _side(whole: Record, speaker: Leader | None) -> str | None:
    people = completed(whole)[0]["participants"]
    return next((one["country"] for one in people if speaker and one["leader"] == speaker.slug), None)


def _cite(whole: Record, source: Source, supports: list[str], excerpt: str) -> None:
    for citation in whole["citations"]:
        if citation["source"] == source.slug:
            new = [name for name in supports if name not in citation["supports"]]
            citation["supports"] = [*citation["supports"], *new]
            citation["excerpt"] = citation["excerpt"] or excerpt or None
            return
    cited = {"source": source.slug, "supports": supports, "excerpt": excerpt or None}
    whole["citations"] = [*whole["citations"], cited]


def _about_note(review: Review, form: ProposalForm) -> list[record.Problem]:
    """What is wrong with what readers are told of a change to a published event."""
    taken = form.taken()
    contradicts = review.match and any(one.is_instead and one.name in taken for one in review.match.findings)
    return about_note(form, filled_in=form.one_more, is_enough=not contradicts)


def _refuse(found: list[record.Problem]) -> None:
    if found:
        raise record.Refused(found)


# Back to the fields ------------------------------------------------------------------------------------------


def _place(form: ProposalForm, people: list[Person], problem: record.Problem) -> None:
    """Show a problem at the field that it belongs to, or above the form."""
    match problem.path:
        case ("participants", int(place), *_rest) if form.match is None:
            taken = [person for person in people if person.form.cleaned_data.get("take")]
            if place < len(taken):
                taken[place].form.add_error("leader", problem.message)
                return
        case ("readouts", *_rest) if "points" in form.fields:
            form.add_error("points", problem.message)
            return
        case (str(name), *_rest) if name in form.fields:
            form.add_error(name, problem.message)
            return
    form.add_error(None, problem.message)
