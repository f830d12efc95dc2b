"""What is different between two records, field by field, in words that an editor reads."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from timeline import edtf
from timeline.batches import in_batches
from timeline.models import (
    Certainty,
    Citation,
    Country,
    Disclosure,
    Event,
    Format,
    Occurrence,
    PartOfDay,
    Post,
    Relation,
    Role,
    Slug,
    State,
)
from timeline.record.form import Record, canonical
from timeline.record.merge import Key, is_list, keyed
from timeline.record.nouns import Row
from timeline.record.rules import References

_CHOICES = {"occurrence": Occurrence, "format": Format, "part_of_day": PartOfDay}
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")

Piece = tuple[str, bool]  # some text, and whether only this side says it


@dataclass(frozen=True)
class Line:
    """One value before and after; an empty side: it was not there, or is there no longer."""

    before: list[Piece]
    after: list[Piece]


@dataclass(frozen=True)
class Difference:
    """A field or list of the record that differs."""

    name: str
    label: str
    lines: list[Line]


class Names:
    """What the slugs and codes of records stand for; one query a noun, however many records."""

    def __init__(self, records: Iterable[Record]) -> None:
        records = list(records)
        self._known = References()
        self._known.load(records)
        slugs = {link["event"] for record in records for link in record["links"]}
        self._titles: dict[str, str] = {}
        for batch in in_batches(slugs):
            rows = Slug.objects.filter(slug__in=batch).values_list("slug", "event__title", "event__date")
            self._titles.update({slug: f"{title} ({edtf.words(date)})" for slug, title, date in rows})

    def words(self, name: str, value: Any) -> str:
        """A field's value, or one row of a list, in words; “” for nothing."""
        if value in (None, "", []):
            return ""
        if name in _CHOICES:
            return str(dict(_CHOICES[name].choices).get(value, value))
        match name:
            case "date":
                return self._date(value)
            case "country" | "initiated_by":
                return self._country(value)
            case "duration_approximate":
                return _("yes") if value else _("no")
            case "topics":
                topic = self._known.topics.get(value)
                return topic.name if topic else str(value)
            case "participants":
                return self._participant(value)
            case "readouts":
                return self._readout(value)
            case "citations":
                return self._citation(value)
            case "links":
                relation = dict(Relation.choices).get(value["relation"], value["relation"])
                return f"{relation}: {self._titles.get(value['event'], value['event'])}"
        return str(value)

    def _date(self, value: str) -> str:
        try:
            return edtf.words(value)
        except edtf.EdtfError:
            return value

    def _country(self, code: str | None) -> str:
        country = self._known.countries.get(code or "")
        return country.name if country else str(code or "")

    def _leader(self, slug: str | None) -> str:
        leader = self._known.leaders.get(slug or "")
        return leader.name if leader else str(slug or "")

    def _source(self, slug: str | None) -> str:
        return str(self._known.sources.get(slug or "") or slug or "")

    def _participant(self, row: dict[str, Any]) -> str:
        name = self._leader(row["leader"]) or row["title"] or ""
        role = dict(Role.choices).get(row["role"], row["role"])
        return _("%(name)s, %(role)s, for %(country)s") % {
            "name": name,
            "role": role,
            "country": self._country(row["country"]) or _("nobody yet"),
        }

    def _readout(self, row: dict[str, Any]) -> str:
        giver = ", ".join(part for part in (self._leader(row["given_by"]), row["given_as"]) if part)
        parts = [self._country(row["side"]), giver, self._source(row["source"])]
        parts += [self._date(row["date"])] if row["date"] else []
        head = ", ".join(part for part in parts if part)
        if not row["issued"]:
            return _("%s: no readout issued") % head
        return "\n".join([f"{head}:", *(_point(point) for point in row["points"])])

    def _citation(self, row: dict[str, Any]) -> str:
        words = self._source(row["source"])
        if row["supports"]:
            supports = ", ".join(str(Citation.SUPPORTS.get(name, name)) for name in row["supports"])
            words += "\n" + _("Supports: %s") % supports
        return f"{words}\n“{row['excerpt']}”" if row["excerpt"] else words


def _point(point: dict[str, str]) -> str:
    marks = [
        str(choices(point[axis]).label)
        for axis, choices, plain in (("certainty", Certainty, "reported"), ("disclosure", Disclosure, "told"))
        if point[axis] != plain
    ]
    return f"– {point['text']}" + (f" ({', '.join(marks)})" if marks else "")


def label(name: str) -> str:
    """What a field of the record is called on the form."""
    lists = {
        "id": _("slug"),
        "participants": _("participants"),
        "readouts": _("accounts"),
        "citations": _("citations"),
        "links": _("links"),
    }
    return lists.get(name) or str(getattr(Event._meta.get_field(name), "verbose_name", name))


def noun_label(model: type[models.Model], name: str) -> str:
    """What a key of a leader's, country's, topic's or source's row is called on the form."""
    if name == "posts":
        return str(Post._meta.verbose_name_plural)
    column = "slug" if name == "id" else name
    return str(model._meta.get_field(column).verbose_name)  # type: ignore[union-attr]


def post_words(row: Row, countries: Mapping[str, Country]) -> str:
    """“Prime Minister, Japan, since 21 October 2025”; `countries` by their codes."""
    country = countries.get(row["country"])
    parts = [row["title"], country.name if country else row["country"]]
    if row["since"]:
        parts.append(_("since %s") % edtf.words(row["since"], unknown=False))
    if row["until"]:
        parts.append(_("until %s") % edtf.words(row["until"], unknown=False))
    return ", ".join(parts)


def moved(before: str, after: str) -> str:
    """“draft → published”, where the record state has changed."""
    words = dict(State.choices)
    return "" if before == after else f"{words.get(before, before)} → {words.get(after, after)}"


def differences(before: Record | None, after: Record, names: Names) -> list[Difference]:
    """The fields in which two records differ, in the schema's order; without `before`, nothing: it is the first."""
    if before is None:
        return []
    before, after = canonical(before), canonical(after)  # a database gives keys back in an order of its own
    return [
        Difference(name, label(name), _lines(name, before[name], after[name], names))
        for name in after
        if before[name] != after[name]
    ]


def _lines(name: str, before: Any, after: Any, names: Names) -> list[Line]:
    if not is_list(name):
        return [line(names.words(name, before), names.words(name, after))]
    was, now = keyed(name, before or []), keyed(name, after or [])
    lines = [
        line(names.words(name, was.get(key)), names.words(name, now.get(key)))
        for key in {**was, **now}
        if was.get(key) != now.get(key)
    ]
    return lines or [line(in_order(name, was, names), in_order(name, now, names))]


def in_order(name: str, rows: dict[Key, Any], names: Names) -> str:
    """The rows of a list, one below the other."""
    return "\n".join(names.words(name, row) for row in rows.values())


def line(before: str, after: str) -> Line:
    """Two texts with what only one of them says marked, word by word."""
    if not before or not after:
        return Line([(before, bool(before))] if before else [], [(after, bool(after))] if after else [])
    was, now = _WORDS.findall(before), _WORDS.findall(after)
    matcher = difflib.SequenceMatcher(None, was, now)
    if matcher.quick_ratio() < 0.3:
        return Line([(before, True)], [(after, True)])  # nothing in common that would help the eye
    removed: list[Piece] = []
    added: list[Piece] = []
    for what, first, last, start, end in matcher.get_opcodes():
        if last > first:
            removed.append(("".join(was[first:last]), what != "equal"))
        if end > start:
            added.append(("".join(now[start:end]), what != "equal"))
    return Line(removed, added)


def nothing() -> str:
    """What stands for a value that isn't there."""
    return pgettext("a value of a record", "nothing")
