"""What an event rests on and is linked to, as cells: `jiji-1 [date, title] "The leaders"`, `about: some-call`."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from timeline.models import Citation, Relation

from . import cells
from .columns import Known, Row

_CITATION = re.compile(
    rf"(?P<source>[^\s\[\]\"]+)\s*(?:\[(?P<supports>[^\[\]]*)\])?\s*(?P<excerpt>{cells.QUOTED})?", re.DOTALL
)
_SUPPORTS, _RELATIONS = tuple(Citation.SUPPORTS.items()), Relation.choices
_LINK = re.compile(r"(?P<relation>[\w -]+?)\s*:\s*(?P<event>\S+)")


def is_address(text: str) -> bool:
    """Whether a source is named by where it stands."""
    return text.lower().startswith(("http://", "https://"))


def addresses(cell: str) -> Iterator[str]:
    """The addresses by which a cell names sources, as far as it can be read."""
    try:
        found = [_CITATION.fullmatch(one) for one in cells.split(cell)]
    except cells.CellError:
        return
    yield from (match["source"] for match in found if match and is_address(match["source"]))


def write_sources(row: Row) -> str:
    """An event's citations."""
    return cells.join(_written(one) for one in row["citations"])


def _written(one: dict[str, Any]) -> str:
    words = [one["source"]]
    words += [f"[{', '.join(one['supports'])}]"] if one["supports"] else []
    words += [cells.quoted(one["excerpt"])] if one["excerpt"] else []
    return " ".join(words)


def read_sources(cell: str, _row: Row, known: Known) -> list[dict[str, Any]]:
    """The citations that a cell names; CellError says which of them can't be read, or what address is not known."""
    return cells.each(cell, lambda one: _read(one, known))


def _read(text: str, known: Known) -> dict[str, Any]:
    match = _CITATION.fullmatch(text)
    if match is None:
        raise cells.CellError(
            _("“%s” can't be read: expected a source's slug or address, as in jiji-1 [date, title] \"The leaders\".")
            % text
        )
    named = [one.strip() for one in (match["supports"] or "").split(",")]
    return cells.together(
        {
            "source": lambda: _source(match["source"], known),
            "supports": lambda: list(dict.fromkeys(cells.choice(one, _SUPPORTS) for one in named if one)),
            "excerpt": lambda: cells.bare(match["excerpt"]) if match["excerpt"] else None,
        },
        instead={"supports": []},
    )


def _source(text: str, known: Known) -> str:
    """The slug of a source by its slug or address."""
    if not is_address(text):
        return text
    if text not in known.addresses:
        raise cells.CellError(_("No source has the address %s: import the source first.") % text)
    return known.addresses[text]


def write_topics(row: Row) -> str:
    """An event's topics."""
    return cells.join(row["topics"])


def read_topics(cell: str, _row: Row, _known: Known) -> list[str]:
    """The slugs of the topics that a cell names."""
    return _bare(cells.split(cell))


def write_links(row: Row) -> str:
    """An event's links to others."""
    return cells.join(f"{one['relation']}: {one['event']}" for one in row["links"])


def read_links(cell: str, _row: Row, _known: Known) -> list[dict[str, Any]]:
    """The links that a cell names; CellError says which of them can't be read."""
    return cells.each(cell, _read_link)


def _read_link(text: str) -> dict[str, Any]:
    match = _LINK.fullmatch(text)
    if match is None:
        raise cells.CellError(
            _("“%s” can't be read: expected a relation and an event's slug, as in about: some-call.") % text
        )
    return {"relation": cells.choice(match["relation"], _RELATIONS), "event": match["event"]}


def _bare(parts: Iterable[str]) -> list[str]:
    return [cells.bare(one) for one in parts]
