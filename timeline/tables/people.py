"""Who took part, as one cell: `host: sanae-takaichi (JP); "Vice ministers" (US)`; see `cells`."""

import re
from typing import Any

from django.utils.translation import gettext as _

from timeline.models import ROLES

from . import cells
from .columns import Known, Row

_ONE = re.compile(
    rf"""(?:(?P<role>\w+)\s*:\s*)?(?P<name>{cells.QUOTED}|[^"():]+?)\s*(?:\((?P<country>[^()]*)\))?""", re.DOTALL
)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def write(row: Row) -> str:
    """The participants of an event's record; the first of the kind's roles goes without saying."""
    usual = _usual(row["kind"])
    return cells.join(_written(one, usual) for one in row["participants"])


def _written(one: dict[str, Any], usual: str) -> str:
    name = one["leader"] or _title(one["title"] or "")
    role = "" if one["role"] == usual else f"{one['role']}: "
    return f"{role}{name} ({one['country']})" if one["country"] else f"{role}{name}"


def _title(title: str) -> str:
    """A delegation's title; what could be taken for a leader's slug stands in quotation marks."""
    return cells.quoted(title) if _SLUG.fullmatch(title) else cells.part(title)


def read(cell: str, row: Row, known: Known) -> list[dict[str, Any]]:
    """The participants that a cell names; CellError says which of them can't be read."""
    usual = _usual(row["kind"])
    return cells.each(cell, lambda one: _read(one, usual, known))


def _read(text: str, usual: str, known: Known) -> dict[str, Any]:
    match = _ONE.fullmatch(text)
    if match is None:
        raise cells.CellError(
            _("“%s” can't be read: expected a leader's slug or a delegation's title, as in sanae-takaichi (JP).") % text
        )
    name = match["name"].strip()
    is_leader = bool(_SLUG.fullmatch(name))
    return cells.together(
        {
            "leader": lambda: name if is_leader else None,
            "role": lambda: match["role"].lower() if match["role"] else usual,
            "country": lambda: known.country((match["country"] or "").strip()),
            "title": lambda: None if is_leader else cells.bare(name),
        },
        instead={
            "country": next(iter(known.countries.values()), None)
        },  # any: whatever was meant, the rest is looked at
    )


def _usual(kind: str) -> str:
    return ROLES[kind][0] if kind in ROLES else "principal"
