"""The social card: a PNG of 1200 by 630 pixels, drawn from the same marks as the pages.

Whole ink took place, a plain outline is planned, a doubled one postponed, one with a stroke through it cancelled, a
dashed one did not take place; the word stands beside it. Fonts: see `fonts/README.md`.
"""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from io import BytesIO
from itertools import pairwise
from math import cos, pi, sin
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from timeline.entry import Entry, Person
from timeline.models import Event, Kind, Occurrence

from .citation import NAME
from .publication import Publication

CONTENT_TYPE = "image/png"
SIZE = (1200, 630)
FONTS = Path(__file__).parent / "fonts"
_SERIF, _SERIF_BOLD, _SANS, _CJK = (
    "NotoSerif-Regular.ttf",
    "NotoSerif-Bold.ttf",
    "NotoSans-Regular.ttf",
    "NotoSansCJK-Regular.otf",
)
# The light theme's tokens.
_PAPER, _INK, _INK_2, _LINE, _ACCENT, _OXIDE = "#fbfcfa", "#15201c", "#45524d", "#88948e", "#0b5b46", "#93331c"
_MARGIN, _WIDTH = 72, 1200 - 2 * 72
_FINE = 4  # a mark is drawn so many times as large and then made small, for smooth edges

Font = ImageFont.FreeTypeFont
Place = tuple[float, float]


def png(event: Event, made: Publication, host: str) -> bytes:
    """The card of an event that comes from `with_entry()`; `host` is printed at its foot."""
    entry = Entry(event)
    image = Image.new("RGB", SIZE, _PAPER)
    pen = ImageDraw.Draw(image)
    colour = _OXIDE if entry.did_not else _INK
    _frame(pen, entry)
    image.paste(colour, (_MARGIN, 64), _mark(event.kind, event.occurrence, 72))
    kind = f"{entry.kind}, {entry.outcome}" if entry.outcome else entry.kind
    _write(pen, (_MARGIN + 108, 76), kind, _SANS, 34, colour)
    when = entry.date_words
    _write(pen, (1200 - _MARGIN - _length(when, _SANS, 34), 76), when, _SANS, 34, _INK_2)
    bottom = _title(pen, _drawable(event.title) or ", ".join(one.name for one in entry.people), entry)
    _people(pen, entry.people, max(bottom + 26, 330))
    pen.line((_MARGIN, 545, 1200 - _MARGIN, 545), fill=_LINE, width=1)
    image.paste(_ACCENT, (_MARGIN, 562), _mark(Kind.CALL, Occurrence.TOOK_PLACE, 34))
    _write(pen, (_MARGIN + 52, 557), NAME, _SERIF_BOLD, 30, _ACCENT)
    foot = f"{host}  ·  version {made.number}, {made.at:%Y-%m-%d}"
    foot = _cut(foot, _SANS, 24, _WIDTH - 260)
    _write(pen, (1200 - _MARGIN - _length(foot, _SANS, 24), 563), foot, _SANS, 24, _INK_2)
    file = BytesIO()
    image.quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()


def _frame(pen: ImageDraw.ImageDraw, entry: Entry) -> None:
    if not entry.did_not:
        pen.rectangle((0, 0, 1200, 14), fill=_INK)
        return
    inset, dash, gap = 18, 26, 18
    for start in range(inset, 1200 - inset, dash + gap):
        for y in (inset, 630 - inset):
            pen.line((start, y, min(start + dash, 1200 - inset), y), fill=_OXIDE, width=5)
    for start in range(inset, 630 - inset, dash + gap):
        for x in (inset, 1200 - inset):
            pen.line((x, start, x, min(start + dash, 630 - inset)), fill=_OXIDE, width=5)


def _title(pen: ImageDraw.ImageDraw, title: str, entry: Entry) -> int:
    """The title, as large as two lines allow, or three; gives where it ends."""
    font = _SERIF if entry.is_hollow else _SERIF_BOLD
    lines, size = [title], 40
    for size, most in ((64, 2), (56, 2), (50, 2), (54, 3), (48, 3), (40, 3)):
        lines = _wrapped(title, font, size)
        if len(lines) <= most:
            break
    if len(lines) > 3:
        lines = [*lines[:2], _cut(" ".join(lines[2:]), font, size, _WIDTH)]
    y = 168
    for line in lines:
        _write(pen, (_MARGIN, y), line, font, size, _INK)
        y += round(size * 1.24)
    return y


def _people(pen: ImageDraw.ImageDraw, people: Sequence[Person], y: int) -> None:
    shown = people[:3]
    for one in shown:
        if y > 500:
            break
        pen.rounded_rectangle((_MARGIN, y + 6, _MARGIN + 58, y + 40), 3, outline=_LINE, width=2)
        code = one.country.code[:2]
        _write(pen, (_MARGIN + 29 - _length(code, _SANS, 22) / 2, y + 7), code, _SANS, 22, _INK_2)
        x = float(_MARGIN + 76)
        name = _cut(one.name, _SANS, 30, 520)
        _write(pen, (x, y), name, _SANS, 30, _INK)
        x += _length(name, _SANS, 30) + 16
        if one.native_name and _has_all(one.native_name):
            _write(pen, (x, y), one.native_name, _SANS, 30, _INK_2)
            x += _length(one.native_name, _SANS, 30) + 16
        title = f"{one.title}{one.of_country}"
        if title and 1200 - _MARGIN - x > 160:
            _write(pen, (x, y + 5), _cut(title, _SANS, 24, 1200 - _MARGIN - x), _SANS, 24, _INK_2)
        y += 52
    if len(people) > len(shown) and y <= 505:
        _write(pen, (_MARGIN + 76, y), f"+ {len(people) - len(shown)}", _SANS, 26, _INK_2)


# Marks -------------------------------------------------------------------------------------------------------


@lru_cache(64)
def _mark(kind: str, occurrence: str, size: int) -> Image.Image:
    """A mark as a mask, `size` pixels high and a third wider; its drawing board has 24 by 18 units."""
    scale = size * _FINE / 18
    image = Image.new("L", (round(24 * scale), round(18 * scale)), 0)
    pen = ImageDraw.Draw(image)
    shapes = {
        Kind.MEETING: [(12.0, 0, 360)],
        Kind.CALL: [(9.0, 90, 270), (15.0, -90, 90)],
        Kind.STATEMENT: [(9.0, -90, 90)],
    }[Kind(kind)]
    for centre, start, end in shapes:
        outline = _outline(centre, 7, start, end, scale)
        if occurrence == Occurrence.TOOK_PLACE:
            pen.polygon(outline, fill=255)
        elif occurrence == Occurrence.DID_NOT_TAKE_PLACE:
            _dashed(pen, outline, scale)
        else:
            pen.line([*outline, outline[0], outline[1]], fill=255, width=round(1.5 * scale), joint="curve")
        if occurrence == Occurrence.POSTPONED:
            inner = _outline(centre, 3.6, start, end, scale)
            pen.line([*inner, *([inner[0]] if kind == Kind.MEETING else [])], fill=255, width=round(1.2 * scale))
    if occurrence == Occurrence.CANCELLED:
        ends = {Kind.MEETING: (3.5, 20.5), Kind.CALL: (2, 22), Kind.STATEMENT: (4, 20)}[Kind(kind)]
        pen.line((ends[0] * scale, 16 * scale, ends[1] * scale, 2 * scale), fill=255, width=round(1.5 * scale))
    return image.resize((round(24 * size / 18), size), Image.Resampling.LANCZOS)


def _outline(centre: float, radius: float, start: int, end: int, scale: float) -> list[Place]:
    """Points along a disc or half a disc, in pixels; angles in degrees."""
    steps = 96
    turn = (end - start) / 180 * pi / steps
    angles = [start / 180 * pi + step * turn for step in range(steps + 1)]
    return [((centre + radius * cos(angle)) * scale, (9 + radius * sin(angle)) * scale) for angle in angles]


def _dashed(pen: ImageDraw.ImageDraw, outline: list[Place], scale: float) -> None:
    """The outline, three parts drawn and two left open."""
    ends = [*outline, outline[0]]
    along, dash = 0.0, 4 * scale
    for one, other in pairwise(ends):
        length = max(((other[0] - one[0]) ** 2 + (other[1] - one[1]) ** 2) ** 0.5, 1e-9)
        steps = max(round(length / (0.2 * scale)), 1)
        for step in range(steps):
            if (along + length * step / steps) % dash < dash * 0.6:
                begin, end = step / steps, (step + 1) / steps
                points = [
                    (one[0] + (other[0] - one[0]) * part, one[1] + (other[1] - one[1]) * part) for part in (begin, end)
                ]
                pen.line(points, fill=255, width=round(1.5 * scale))
        along += length


# Words -------------------------------------------------------------------------------------------------------


@cache
def _font(name: str, size: int) -> Font:
    return ImageFont.truetype(FONTS / name, size)


@lru_cache(8192)
def _has(name: str, char: str) -> bool:
    """Whether a font has a glyph of its own for a character."""
    font = _font(name, 32)
    missing = font.getmask("\U0010ffff")
    glyph = font.getmask(char)
    return char.isspace() or (glyph.size, bytes(glyph)) != (missing.size, bytes(missing))


def _has_all(text: str) -> bool:
    return all(_has(_SANS, char) or _has(_CJK, char) for char in text)


def _drawable(text: str) -> str:
    """The text with … for the words that no font here has letters for: blanks would say that there is nothing."""
    words = [word if _has_all(word) else "…" for word in text.split()]
    return "" if set(words) <= {"…"} else " ".join(words)


def _runs(text: str, name: str) -> list[tuple[str, str]]:
    """The text in pieces of one font each: the wanted one, and the one for Chinese, Japanese and Korean."""
    found: list[tuple[str, str]] = []
    for char in text:
        font = name if _has(name, char) or not _has(_CJK, char) else _CJK
        if found and found[-1][0] == font:
            found[-1] = (font, found[-1][1] + char)
        else:
            found.append((font, char))
    return found


def _length(text: str, name: str, size: int) -> float:
    return sum(_font(font, size).getlength(piece) for font, piece in _runs(text, name))


def _write(pen: ImageDraw.ImageDraw, place: Place, text: str, name: str, size: int, colour: str) -> None:
    x, y = place
    baseline = y + size * 1.06
    for font, piece in _runs(text, name):
        pen.text((x, baseline), piece, font=_font(font, size), fill=colour, anchor="ls")
        x += _font(font, size).getlength(piece)


def _wrapped(text: str, name: str, size: int) -> list[str]:
    """The text in lines that fit; a word that is longer than a line is broken, as is text without blanks."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _length(longer, name, size) <= _WIDTH:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for char in word:
            if _length(lines[-1] + char, name, size) > _WIDTH:
                lines.append("")
            lines[-1] += char
    return lines


def _cut(text: str, name: str, size: int, width: float) -> str:
    """The text, ended with … where it is wider than so many pixels."""
    if _length(text, name, size) <= width:
        return text
    low, high = 0, len(text)
    fits: Callable[[int], bool] = lambda end: _length(text[:end].rstrip() + "…", name, size) <= width  # noqa: E731
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return text[:low].rstrip() + "…"
