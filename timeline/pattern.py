"""Pieces that a page shows many times: their template is rendered once for each form, and then only filled in.

To render a template for each of a hundred rows takes most of a page's time; to fill in a form that is known takes a
fiftieth of that. The markup stays in the template, which may ask of a text whether there is any, and no more: so all
rows that have texts in the same places, and the same fixed values, share a form.
"""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

Text = str | Sequence[str]
_Shape = tuple[bool | tuple[bool, ...], ...]

_MOST_FORMS = 4096
_MARK = re.compile("\ue000([0-9]+)\ue001")  # private characters: no template holds them, and no filter changes them


def filled(template: str, texts: Mapping[str, Text], fixed: Mapping[str, Any] | None = None) -> SafeString:
    """The template with these texts, as if it had been rendered with them.

    A name may be dotted: “entry.title” is what the template calls `entry.title`. A text may be a list of texts.
    `fixed` are values, hashable and of few kinds, by which the template decides; what it does to a text besides
    showing it, as a filter would, has to be done before.
    """
    return filled_each(template, [(texts, fixed or {})])


def each(template: str, name: str, rows: Iterable[object]) -> SafeString:
    """The template once for each row, a dataclass of texts that it knows by this name."""
    none: dict[str, Any] = {}
    return filled_each(template, (({f"{name}.{key}": text for key, text in vars(row).items()}, none) for row in rows))


def filled_each(template: str, rows: Iterable[tuple[Mapping[str, Text], Mapping[str, Any]]]) -> SafeString:
    """The template once for each row of texts and fixed values, as for `filled`."""
    forms: dict[tuple[Any, ...], str] = {}
    made = []
    for texts, fixed in rows:
        shape: list[bool | tuple[bool, ...]] = []
        given: list[str] = []
        for text in texts.values():
            if isinstance(text, str):
                shape.append(text != "")
                given.append(_escaped(text))
            else:
                shape.append(tuple(one != "" for one in text))
                given += map(_escaped, text)
        asked = tuple(texts), tuple(shape), tuple(fixed), tuple(fixed.values())
        form = forms.get(asked)
        if form is None:
            form = forms[asked] = _known(template, *asked)
        made.append(form.format(*given))
    return mark_safe("".join(made))


def _escaped(text: str) -> str:
    return text if isinstance(text, SafeString) else html.escape(text)


def _known(template: str, names: tuple[str, ...], shape: _Shape, fixed: tuple[str, ...], values: Any) -> str:
    # While somebody works on it, a template changes.
    form = _form.__wrapped__ if settings.DEBUG else _form
    return form(template, get_language(), names, shape, fixed, values)


@lru_cache(_MOST_FORMS)
def _form(
    template: str, language: str | None, names: tuple[str, ...], shape: _Shape, fixed: tuple[str, ...], values: Any
) -> str:
    """The template as a format: numbered places where it shows texts, and all else as it was rendered."""
    context: dict[str, Any] = {}
    number = 0
    for name, held in zip(names, shape, strict=True):
        marks = []
        for one in (held,) if isinstance(held, bool) else held:
            marks.append(mark_safe(f"\ue000{number}\ue001") if one else "")
            number += 1
        _set(context, name, marks[0] if isinstance(held, bool) else marks)
    for name, value in zip(fixed, values, strict=True):
        _set(context, name, value)
    pieces = _MARK.split(render_to_string(template, context))
    return "".join(
        f"{{{piece}}}" if at % 2 else piece.replace("{", "{{").replace("}", "}}") for at, piece in enumerate(pieces)
    )


def _set(context: dict[str, Any], name: str, value: Any) -> None:
    *path, last = name.split(".")
    for part in path:
        context = context.setdefault(part, {})
    context[last] = value
