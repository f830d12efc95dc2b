"""A bulk change put back as a whole: each of its entries as it was before, by a new version.

What somebody has changed since stays as it is and is named. A new draft is discarded; a new entry that readers have
seen is withdrawn, for nothing published is deleted.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.utils.translation import gettext as _

from timeline.batches import in_batches
from timeline.models import BulkChange, BulkEntry, Country, Discarded, Doing, Event, Link, State, Topic, Version

from . import form
from .bulk import Bulk, as_one
from .correcting import correct
from .discarding import bring_back
from .form import Record
from .nouns import NOUNS, Row, fill, give_posts, held
from .rules import Refused
from .showing import shown_otherwise
from .versions import last_shown, latest
from .writer import writing

MODELS = {noun.name: model for model, noun in NOUNS.items()}
_OF_ONE_NAME: frozenset[type[models.Model]] = frozenset({Country, Topic})  # no two of these have the same name


class Act(Enum):
    """What putting an entry back means."""

    CHANGE = "change"  # what it says, in the record state that it has
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    DISCARD = "discard"
    BRING_BACK = "bring back"
    REMAKE = "remake"  # a row of a noun: made, changed or deleted


@dataclass
class Step:
    """What becomes of one entry; `why_not`: nothing, and why.

    `before` and `after` are what stood and what stands, in the dossier's schema; None: nothing.
    """

    entry: BulkEntry
    act: Act
    before: Row | None = None
    after: Row | None = None
    event: Event | None = None
    discarded: Discarded | None = None
    reason: str = ""  # for a withdrawal that is put in place again
    why_not: str = ""
    changes_public: bool = False  # readers are owed a word


@dataclass(frozen=True)
class Words:
    """What readers are told: of changes (or, for editors, why they are told nothing), and why entries are withdrawn."""

    correction: str = ""
    not_correction: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Result:
    """What came of it: the bulk change that was made (None: nothing), and what stays, each with its reason."""

    row: BulkChange | None
    left: list[tuple[str, str]]


May = Callable[[Step], str]  # why somebody may not; “”: they may


# Looking -------------------------------------------------------------------------------------------------------


def look(entries: Iterable[BulkEntry], may: May = lambda _step: "") -> list[Step]:
    """What putting these entries back would do, in their order; a constant number of queries a thousand."""
    found: list[Step] = []
    for batch in in_batches(entries):
        steps = {**_about_events(batch), **_about_nouns(batch)}
        found += [steps[one.pk] for one in batch]
    for step in found:
        step.why_not = step.why_not or may(step)
    return found


def _about_events(entries: Sequence[BulkEntry]) -> dict[int, Step]:
    own = [one for one in entries if one.noun == "event"]
    keys = [int(one.key) for one in own]
    events = Event.objects.in_bulk(keys)
    newest = latest(events)
    formers = {
        (one.event_id, one.number): one
        for one in Version.objects.filter(event__in=events, number__in={one.was for one in own}).order_by()
    }
    discarded = {one.number: one for one in Discarded.objects.filter(number__in=keys).order_by("pk")}
    shown = last_shown([pk for pk, event in events.items() if event.state == State.WITHDRAWN])
    return {
        one.pk: _about_event(
            one,
            events.get(int(one.key)),
            newest.get(int(one.key)),
            formers.get((int(one.key), one.was)),
            discarded.get(int(one.key)),
            shown.get(int(one.key)),
        )
        for one in own
    }


def _about_event(
    entry: BulkEntry,
    event: Event | None,
    now: Version | None,
    former: Version | None,
    discarded: Discarded | None,
    shown: Record | None,
) -> Step:
    if not entry.number:
        kept = {one["number"]: one["record"] for one in discarded.versions} if discarded else {}
        before = form.canonical(kept[entry.was]) if entry.was in kept else None
        step = Step(entry, Act.BRING_BACK, before, discarded=discarded)
        if event:
            step.why_not = _("It is there again.")
        elif before is None:
            step.why_not = _("Nothing is kept of it.")
        return step
    if event is None or now is None:
        return Step(entry, Act.CHANGE, why_not=_("It has been discarded since."))
    before = form.canonical({**former.record, "id": event.slug}) if former else None
    step = Step(entry, _act(event, former), before, form.canonical(now.record), event)
    if event.merged_into_id:
        step.why_not = _("It has been merged into another entry since.")
    elif now.number != entry.number:
        step.why_not = _("%s has changed it since.") % (now.by_name or _("Somebody"))
    elif entry.was and not former:
        step.why_not = _("What it was before is not kept.")
    elif step.act == Act.WITHDRAW and event.state == State.WITHDRAWN:
        step.why_not = _("It has been withdrawn already.")
    if former and former.state == State.WITHDRAWN:
        step.reason = former.reason
    if step.act == Act.CHANGE and event.state == State.PUBLISHED:
        step.changes_public = step.before != step.after
    elif step.act == Act.PUBLISH:
        step.changes_public = shown is not None and form.canonical({**shown, "id": event.slug}) != step.before
    return step


def _act(event: Event, former: Version | None) -> Act:
    if former is None:
        return Act.DISCARD if event.state == State.DRAFT else Act.WITHDRAW
    if former.state == event.state:
        return Act.CHANGE
    return Act.PUBLISH if former.state == State.PUBLISHED else Act.WITHDRAW


def _about_nouns(entries: Sequence[BulkEntry]) -> dict[int, Step]:
    found: dict[int, Step] = {}
    for name, model in MODELS.items():
        own = {one.key: one for one in entries if one.noun == name}
        today = held(model, own)
        changes = []
        for key, one in own.items():
            instance, now = today.get(key, (None, None))
            step = found[one.pk] = Step(one, Act.REMAKE, one.before, now)
            if now != one.after:
                step.why_not = _("Somebody has changed it since.")
            elif instance and now and one.before:
                changes.append((instance.pk, now, one.before, step))
        owing = shown_otherwise(model, [change[:3] for change in changes])
        for pk, _now, _before, step in changes:
            step.changes_public = pk in owing
        going = {one.key: found[one.pk] for one in own.values() if not found[one.pk].why_not}
        formers = [step.before for step in going.values() if step.before]
        for former, holder in zip(formers, _holders(model, formers), strict=True):
            if holder and holder not in going:  # what is put back too may let go of it first
                going[former[NOUNS[model].key]].why_not = _is_taken(former["name"])
    return found


def _holders(model: Any, formers: Sequence[Row]) -> list[str]:
    """For each of these rows of a noun, the key of another row that has its name by now; “”: there is none."""
    if model not in _OF_ONE_NAME or not formers:
        return ["" for _former in formers]
    key = NOUNS[model].key
    names = model.objects.filter(name__in=[row["name"] for row in formers])
    held: dict[str, str] = dict(names.values_list("name", "slug" if key == "id" else key))
    return ["" if held.get(row["name"]) == row[key] else held.get(row["name"], "") for row in formers]


def _is_taken(name: str) -> str:
    return _("Another has its former name by now: “%s”.") % name


# Doing ---------------------------------------------------------------------------------------------------------


def put_back(
    bulk: BulkChange,
    words: Words,
    *,
    by: AbstractBaseUser | None = None,
    may: May = lambda _step: "",
    agree: Callable[[list[Step]], None] = lambda _steps: None,
) -> Result:
    """Put back what nobody has changed since, in one transaction.

    `agree`, told what is about to be done, may raise; then nothing is.
    """
    with as_one(Doing.PUT_BACK, words=str(bulk), by=by, puts_back=bulk) as one:
        steps = look(bulk.entries.all(), may)
        agree(steps)
        run = _Run(one, words, by)
        run.events([step for step in steps if step.event and not step.why_not])
        run.bring_back([step for step in steps if step.discarded and not step.why_not])
        run.nouns([step for step in steps if step.act == Act.REMAKE and not step.why_not])
    told = [(step.entry.title, step.why_not) for step in steps if step.why_not]
    return Result(one.row, told)


class _Run:
    """One putting back; what is refused on the way is marked so."""

    def __init__(self, bulk: Bulk, words: Words, by: AbstractBaseUser | None) -> None:
        self.bulk = bulk
        self.words = words
        self.by = by

    def events(self, steps: Sequence[Step]) -> None:
        self._write([step for step in steps if step.act != Act.DISCARD])
        self._discard([step for step in steps if step.act == Act.DISCARD])
        if self.words.correction:
            owed = [step.event.pk for step in steps if step.event and step.changes_public and not step.why_not]
            correct(owed, self.words.correction)

    def _write(self, steps: Sequence[Step]) -> None:
        groups: dict[tuple[str, str], list[Step]] = {}
        for step in steps:
            groups.setdefault(self._terms(step), []).append(step)
        for (state, reason), group in groups.items():
            for batch in in_batches(group, 500):
                with writing(by=self.by) as writer:
                    pairs = [(step.before or step.after or {}, step.event) for step in batch]
                    results = writer.write_all(pairs, state=state, reason=reason)
                    for step, result in zip(batch, results, strict=True):
                        if isinstance(result, Refused):
                            step.why_not = str(result)

    def _terms(self, step: Step) -> tuple[str, str]:
        """The record state that an event is to have, and the reason that is kept with it."""
        assert step.event is not None
        why = self.words.correction or self.words.not_correction
        if step.act == Act.WITHDRAW:
            return State.WITHDRAWN, step.reason or self.words.reason
        if step.act == Act.PUBLISH:
            return State.PUBLISHED, why
        if step.event.state == State.WITHDRAWN:
            return State.WITHDRAWN, step.event.withdrawn_reason
        return step.event.state, why if step.changes_public else ""

    def _discard(self, steps: Sequence[Step]) -> None:
        """Drafts that nothing else is linked to go; what leads from one of them to another goes first."""
        going = {step.event.pk: step for step in steps if step.event}
        while linked := _linked_from_outside(going):
            for pk, title in linked.items():
                going.pop(pk).why_not = _("“%s” is linked to it: take that link away first.") % title
        slugs = {step.event.slug for step in going.values() if step.event}
        among = [
            step for step in going.values() if step.after and any(one["event"] in slugs for one in step.after["links"])
        ]
        for batch in in_batches(among, 500):
            with writing(by=self.by) as writer:
                writer.write_all([({**(step.after or {}), "links": []}, step.event) for step in batch])
        with writing(by=self.by) as writer:
            drafts = [step.event for step in going.values() if step.event]
            for step, event in zip(going.values(), drafts, strict=True):
                self.bulk.gone(event, step.entry.number)
            writer.discard_all(drafts)

    def bring_back(self, steps: Sequence[Step]) -> None:
        """Discarded drafts come back; what led from one of them to another, when all are there."""
        there: list[tuple[Record, Event]] = []
        with writing(by=self.by) as writer:
            for step in steps:
                assert step.discarded is not None
                try:
                    event = bring_back(writer, step.discarded).event
                except Refused as refused:
                    step.why_not = str(refused)
                else:
                    there.append(({**(step.before or {}), "id": event.slug}, event))
        for batch in in_batches(there, 500):
            with writing(by=self.by) as writer:
                writer.write_all(batch)

    def nouns(self, steps: Sequence[Step]) -> None:
        """The last first: what was made for another's sake, or took its name, goes before it."""
        with writing(by=self.by) as writer:
            for step in reversed(steps):
                model = MODELS[step.entry.noun]
                instance, _row = held(model, [step.entry.key]).get(step.entry.key, (None, None))
                if step.before is not None and (why := _cannot_stand(model, step.before)):
                    step.why_not = why
                    continue
                if step.before is not None:
                    instance = _remade(model, instance, step.before)
                    if step.changes_public:
                        writer.explain(instance, correction=self.words.correction, reason=self.words.not_correction)
                elif instance is not None and (why := _rests_on(instance)):
                    step.why_not = why
                    continue
                elif instance is not None:
                    instance.delete()
                self.bulk.add(model, step.after, step.before)


def _linked_from_outside(going: dict[int, Step]) -> dict[int, str]:
    """Of these events, those that another event is linked to, with its title."""
    found: dict[int, str] = {}
    for batch in in_batches(going):
        rows = Link.objects.filter(target__in=batch).order_by().values_list("target", "event", "event__title")
        found.update({target: title for target, source, title in rows if source not in going})
    return found


def _cannot_stand(model: Any, former: Row) -> str:
    """Why a row of a noun can't be what it was beside what the record holds now; “”: it can."""
    if any(_holders(model, [former])):
        return _is_taken(former["name"])
    codes = {post["country"] for post in former.get("posts", ())}
    if gone := codes.difference(Country.objects.filter(code__in=codes).values_list("code", flat=True)):
        return _("The country of a former post is not there any more: %s.") % ", ".join(sorted(gone))
    return ""


def _remade(model: Any, instance: Any, row: Row) -> Any:
    """A row of a noun as it was; a new one where it is gone."""
    instance = instance or model(**({"slug": row["id"]} if "id" in row else {"code": row["code"]}))
    fill(instance, row)
    instance.save()
    if "posts" in row:
        give_posts(instance, row["posts"])
    return instance


def _rests_on(instance: models.Model) -> str:
    """Why a row can't be deleted; “”: nothing rests on it."""
    collector = Collector(using=instance._state.db or "default", origin=instance)
    try:
        collector.collect([instance])
    except (ProtectedError, RestrictedError):
        return _("Entries rest on it: it can't be deleted.")
    return ""
