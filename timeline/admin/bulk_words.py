"""A bulk change in words: what it made of each entry, and what becomes of each when it is put back."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from timeline.differences import Difference, Names, differences, line, moved, noun_label, post_words
from timeline.models import BulkChange, BulkEntry, Country, Version
from timeline.record.form import canonical
from timeline.record.nouns import Row, held
from timeline.record.putting_back import MODELS, Act, Step


@dataclass(frozen=True)
class Shown:
    """An entry as its page shows it: what the bulk change made of it."""

    entry: BulkEntry
    address: str
    what: str
    changes: list[Difference]


def left_out(bulk: BulkChange) -> list[str]:
    """The titles of what a putting back left as it was."""
    if bulk.puts_back is None:
        return []
    done = set(bulk.entries.values_list("noun", "key"))
    rows = bulk.puts_back.entries.values_list("noun", "key", "title")
    return [title for noun, key, title in rows if (noun, key) not in done]


def shown(entries: list[BulkEntry]) -> list[Shown]:
    """These entries with what the bulk change made of each; a constant number of queries."""
    keys = [int(one.key) for one in entries if one.noun == "event"]
    numbers = {number for one in entries for number in (one.was, one.number)}
    versions = {
        (one.event_id, one.number): one
        for one in Version.objects.filter(event__in=keys, number__in=numbers).select_related("event").order_by()
    }
    names = Names(canonical(one.record) for one in versions.values())
    addresses = _addresses(entries)
    countries = _countries(row for one in entries for row in (one.before, one.after))
    return [
        _shown_event(one, versions.get((int(one.key), one.was)), versions.get((int(one.key), one.number)), names)
        if one.noun == "event"
        else _shown_noun(one, addresses.get((one.noun, one.key), ""), countries)
        for one in entries
    ]


def _shown_event(entry: BulkEntry, before: Version | None, after: Version | None, names: Names) -> Shown:
    if after is None:
        what = _t("discarded") if not entry.number else _t("discarded since")
        return Shown(entry, "", what, [])
    what = moved(before.state, after.state) if before else _t("new")
    address = reverse(f"admin:timeline_{after.event.kind}_history", args=[entry.key])
    changes = differences(before.record if before else None, after.record, names)
    return Shown(entry, address, what, changes)


def _addresses(entries: Iterable[BulkEntry]) -> dict[tuple[str, str], str]:
    """Where the rows of nouns among these entries are changed, by noun and key; a query a noun."""
    found: dict[tuple[str, str], str] = {}
    for noun, model in MODELS.items():
        keys = [one.key for one in entries if one.noun == noun]
        for key, (instance, _row) in held(model, keys).items() if keys else ():
            found[noun, key] = reverse(f"admin:timeline_{noun}_change", args=[instance.pk])
    return found


def _shown_noun(entry: BulkEntry, address: str, countries: Mapping[str, Country]) -> Shown:
    before, after = entry.before or {}, entry.after or {}
    model = MODELS[entry.noun]
    what = _t("new") if entry.before is None else _t("deleted") if entry.after is None else ""
    noun = str(model._meta.verbose_name)
    changes = [
        Difference(
            name,
            noun_label(model, name),
            [line(_in_words(name, before.get(name), countries), _in_words(name, after[name], countries))],
        )
        for name in after
        if before and before.get(name) != after[name]
    ]
    return Shown(entry, address, f"{noun}, {what}" if what else noun, changes)


def _in_words(name: str, value: Any, countries: Mapping[str, Country]) -> str:
    """A value of a noun's row; those of a list one below the other."""
    if isinstance(value, list):
        return "\n".join(post_words(one, countries) if name == "posts" else str(one) for one in value)
    return "" if value is None else str(value)


def _countries(rows: Iterable[Row | None]) -> Mapping[str, Country]:
    """The countries of all posts in these rows of leaders, by code."""
    return Country.objects.in_bulk({post["country"] for row in rows if row for post in row.get("posts", ())})


# What becomes of each when it is put back -----------------------------------------------------------------------


def act_words(step: Step) -> str:
    """What becomes of one entry."""
    if step.act != Act.REMAKE:
        return str(_BECOMES[step.act])
    if step.before is None:
        return _t("is deleted, if nothing rests on it")
    return _t("is changed back") if step.after else _t("is entered again")


_BECOMES = {
    Act.CHANGE: _("is changed back"),
    Act.PUBLISH: _("is published again"),
    Act.WITHDRAW: _("is withdrawn: readers have seen it"),
    Act.DISCARD: _("is discarded: a draft that was new"),
    Act.BRING_BACK: _("is a draft again"),
}
_SUMS = {
    Act.CHANGE: ngettext_lazy("%d entry is changed back.", "%d entries are changed back."),
    Act.PUBLISH: ngettext_lazy("%d entry is published again.", "%d entries are published again."),
    Act.WITHDRAW: ngettext_lazy("%d entry is withdrawn.", "%d entries are withdrawn."),
    Act.DISCARD: ngettext_lazy("%d new draft is discarded.", "%d new drafts are discarded."),
    Act.BRING_BACK: ngettext_lazy("%d discarded draft comes back.", "%d discarded drafts come back."),
    Act.REMAKE: ngettext_lazy(
        "%d leader, source, topic or country is as before.", "%d leaders, sources, topics or countries are as before."
    ),
}


def counted(steps: Iterable[Step]) -> list[str]:
    """“12 entries are changed back.”, a sentence for each sort."""
    counts = Counter(step.act for step in steps)
    return [words % counts[act] for act, words in _SUMS.items() if counts[act]]
