"""Articles: plain text or a saved HTML page into the text that offsets refer to.

The text is kept verbatim, with its SHA-256. Of a page, trafilatura takes the text, the title and the publisher.
A date of publication that the page itself states is only compared with the one given: pages state wrong ones, and
libraries invent one from a line of copyright. Nothing is fetched.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from .dossier import Fault, IngestError

LARGEST = 1024 * 1024  # bytes
SUFFIXES = (".txt", ".html", ".htm")
# The first newspapers are of that century; what an article tells of then lies within the calendar, too.
_EARLIEST = date(1600, 1, 1)
_SHORTEST = 12  # words, from which on a text is an article
# Common in English; the second line is common in no other language.
_ENGLISH = frozenset(
    re.findall(r"\w+", "of to was for by has had have he she it which on at in a is his her that they")
)
_TELLING = frozenset(re.findall(r"\w+", "the and with that said from were they which"))
_SHARE = 0.18  # of the words, at least, are common English ones
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SIGNATURES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"PK\x03\x04", b"GIF8", b"\x1f\x8b")
_UNTAKEN = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
# What trafilatura's reader of dates may use: only what the page states as its date.
_STATED_DATES = {"extensive_search": False, "original_date": True, "outputformat": "%Y-%m-%d"}


class ArticleError(IngestError):
    """A file is no article that can be read, or what was given with it can't be.

    `about` is what was given, as in "published"; empty: the file itself.
    """

    def __init__(self, faults: Iterable[Fault], about: str = "") -> None:
        super().__init__(faults)
        self.about = about


@dataclass(frozen=True)
class Article:
    """An article's text as it stands, with what is known of it.

    `published` is the day given; `found` the day that the page states, if it does. `notes` are sentences for the
    editor, such as that the two differ.
    """

    text: str
    title: str
    publisher: str
    published: date
    url: str = ""
    found: date | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def sha256(self) -> str:
        """Of the text in UTF-8, in hexadecimal digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read(path: Path, published: str | None, *, title: str = "", publisher: str = "", url: str = "") -> Article:
    """The article in a file; raises ArticleError with one sentence.

    `published` is YYYY-MM-DD. A title or publisher given here stands before what a page says.
    """
    name = str(path)
    day = publication_day(published, name)
    raw = _bytes(path, name)
    if path.suffix.lower() in (".html", ".htm"):
        article = _page(raw, name, day)
    else:
        text = _decoded(raw, name)
        article = Article(text, _first_line(text), "", day)
    _check(article.text, name)
    return Article(
        article.text, title or article.title, publisher or article.publisher, day, url, article.found, article.notes
    )


def publication_day(published: str | None, name: str) -> date:
    """The day of publication; raises ArticleError where it is missing, no date, too early, or still to come."""
    about, expected = "published", "its day of publication, as in 2025-11-25"
    if not published:
        raise _fault(name, f"An article needs {expected}.", about)
    try:
        if not _DAY.fullmatch(published):
            raise ValueError(published)
        day = date.fromisoformat(published)
    except ValueError as error:
        raise _fault(name, f"“{published[:40]}” is no day: expected {expected}.", about) from error
    if day < _EARLIEST:
        raise _fault(name, f"“{published}” is too early: expected a day since {_EARLIEST.year}.", about)
    # Somewhere it may be tomorrow already.
    if day > date.today() + timedelta(1):
        raise _fault(name, f"“{published}” lies in the future.", about)
    return day


def _bytes(path: Path, name: str) -> bytes:
    try:
        if not path.is_file():
            raise _fault(name, "The file can't be read: no such file.")
        if path.stat().st_size > LARGEST:
            raise _fault(name, "The file is larger than 1 MB: expected one article.")
        raw = path.read_bytes()
    except OSError as error:
        raise _fault(name, f"The file can't be read: {error.strerror or error}.") from error
    if not raw.strip():
        raise _fault(name, "The file is empty.")
    if b"\x00" in raw or raw.startswith(_SIGNATURES):
        raise _fault(name, "The file is binary: expected text or HTML.")
    return raw


def _decoded(raw: bytes, name: str) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _fault(name, f"Expected UTF-8 text (byte {error.start} is none).") from error
    if _UNTAKEN.search(text):
        raise _fault(name, "The file is binary: expected text or HTML.")
    return text


def _page(raw: bytes, name: str, day: date) -> Article:
    import trafilatura  # takes a second to load, and only pages need it

    document = trafilatura.bare_extraction(
        raw, with_metadata=True, include_comments=False, include_tables=False, date_extraction_params=_STATED_DATES
    )
    text = (getattr(document, "text", "") or "").strip()
    if len(text.split()) < _SHORTEST:
        raise _fault(name, "The page has no article in it.")
    stated = getattr(document, "date", None) or ""
    found = date.fromisoformat(stated) if _DAY.fullmatch(stated) else None
    notes = []
    # A day's difference may be the time zone's.
    if found and abs((found - day).days) > 1:
        notes.append(f"The page says it was published on {found}, not on {day}; {day} was used.")
    title = getattr(document, "title", None) or ""
    publisher = getattr(document, "sitename", None) or ""
    return Article(text, " ".join(title.split()), " ".join(publisher.split()), day, "", found, notes)


def _first_line(text: str) -> str:
    """A text's title: its first line, where that is no sentence."""
    line = text.strip().split("\n", 1)[0].strip()
    return line if line and len(line) <= 300 and line[-1] not in '.?!”"' else ""


def _check(text: str, name: str) -> None:
    words = re.findall(r"[^\W\d_]+", text.lower())
    if not words:
        raise _fault(name, "The file holds no words.")
    common = sum(word in _ENGLISH or word in _TELLING for word in words)
    if len(_TELLING & set(words)) < min(2, len(words) // 10 + 1) or common < _SHARE * len(words):
        raise _fault(name, "The text is not English: only English articles can be read.")


def _fault(name: str, expected: str, about: str = "") -> ArticleError:
    return ArticleError([Fault(name, "", "", expected)], about)
