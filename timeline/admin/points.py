r"""A readout's points as lines of one text field, with a small marked syntax.

    Trump told her about relations with China.          reported, told
    [believed] Takaichi explained her answer.           believed, told
    [disputed, denied] A pause of arms sales was agreed.
    \[sic] begins with a bracket of its own

One point a line; in front of it, in square brackets, its certainty, its disclosure or both. What is reported
and told needs no mark. A backslash in front of a text's own first [ or \ keeps it text.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.models import Certainty, Disclosure

LONGEST = 1000  # characters of one point


@dataclass(frozen=True)
class Line:
    """One point, with the number of the line that it was typed in."""

    number: int
    text: str
    certainty: str = Certainty.REPORTED
    disclosure: str = Disclosure.TOLD

    def as_record(self) -> dict[str, str]:
        return {"text": self.text, "certainty": str(self.certainty), "disclosure": str(self.disclosure)}


def write(points: Iterable[dict[str, str]]) -> str:
    """The lines for these points (each as in a record)."""
    return "\n".join(_line(point) for point in points)


def _line(point: dict[str, str]) -> str:
    marks = [
        value
        for value, plain in (
            (point["certainty"], Certainty.REPORTED),
            (point["disclosure"], Disclosure.TOLD),
        )
        if value != plain
    ]
    text = point["text"]
    if text.startswith(("[", "\\")):
        text = f"\\{text}"
    return f"[{', '.join(marks)}] {text}" if marks else text


def read(text: str) -> list[Line]:
    """The points in these lines; raises ValidationError with every line that can't be read."""
    found: list[Line] = []
    errors: list[str] = []
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            found.append(_read_line(number, line.strip()))
        except ValueError as error:
            errors.append(on_line(number, str(error)))
    if errors:
        raise ValidationError([ValidationError(error, code="points") for error in errors])
    return found


def on_line(number: int, message: str) -> str:
    """A sentence about one of the lines."""
    return _("Line %(number)s: %(message)s") % {"number": number, "message": message}


def _read_line(number: int, line: str) -> Line:
    marks: dict[str, str] = {}
    while line.startswith("["):
        inside, closed, line = line[1:].partition("]")
        if not closed:
            raise ValueError(_("the bracket isn't closed; expected [believed] or the like, or \\[ for a text's own."))
        for mark in inside.split(","):
            axis = _axis(mark.strip().lower())
            if axis in marks:
                raise ValueError(_("“%s” says the same thing twice; expected one of each sort.") % inside)
            marks[axis] = mark.strip().lower()
        line = line.strip()
    if line.startswith(("\\[", "\\\\")):
        line = line[1:]
    if not line:
        raise ValueError(_("a mark without a text; the point itself stands behind it."))
    if len(line) > LONGEST:
        raise ValueError(
            _("%(length)s characters are too many for one point; at most %(most)s.")
            % {"length": len(line), "most": LONGEST}
        )
    return Line(number, line, **marks)


def _axis(mark: str) -> str:
    if mark in Certainty.values:
        return "certainty"
    if mark in Disclosure.values:
        return "disclosure"
    raise ValueError(
        _("“%(mark)s” is no mark; expected %(certainties)s; or %(disclosures)s.")
        % {
            "mark": mark,
            "certainties": ", ".join(Certainty.values),
            "disclosures": ", ".join(Disclosure.values),
        }
    )


class PointsField(forms.CharField):
    """The lines, as a list of Line."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("label", gettext_lazy("Points"))
        kwargs.setdefault(
            "help_text",
            gettext_lazy(
                "One point a line; where it isn't simply reported and told, with a mark in front: [believed],"
                " [speculated], [disputed], [confirmed] (both sides), [declined], [denied], or two:"
                " [disputed, denied]. A text's own first bracket takes a backslash: \\[sic]."
            ),
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        return read(super().clean(value))
