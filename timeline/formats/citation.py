"""How to cite an event: in words, BibTeX, RIS and CSL-JSON, each with the version and its date.

The date of a citation is that of the version: what is cited is the entry as it stood then, not the event itself.
"""

import json
import re
from typing import Any

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from timeline.entry import Entry
from timeline.models import Event

from .publication import Publication

NAME = "Readout"  # of the record that is cited
BIBTEX = "application/x-bibtex; charset=utf-8"
RIS = "application/x-research-info-systems; charset=utf-8"
CSL = "application/vnd.citationstyles.csl+json; charset=utf-8"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def words(event: Event, made: Publication, url: str) -> str:
    """“Readout, “Takaichi and Trump speak”, call of 25 November 2025, version 2, 27 November 2025, https://…”."""
    day = made.at
    return _("%(name)s, “%(title)s”, %(what)s, version %(number)d, %(day)s, %(url)s.") % {
        "name": NAME,
        "title": event.title,
        "what": what(event),
        "number": made.number,
        "day": f"{day.day} {MONTHS[day.month]} {day.year}",
        "url": url,
    }


def what(event: Event) -> str:
    """“call of 25 November 2025”, and for what did not happen: “meeting, did not take place, of …”."""
    entry = Entry(event)
    kind = entry.kind.lower()
    if entry.is_hollow:
        kind = f"{kind} ({entry.outcome})"
    return _("%(kind)s of %(date)s") % {"kind": kind, "date": entry.date_words}


def bibtex(event: Event, made: Publication, url: str) -> str:
    """One @misc entry; letters beyond ASCII stand as they are (biblatex, or BibTeX with utf8)."""
    day = made.at
    fields = [
        ("author", "{" + _tex(NAME) + "}"),
        ("title", "{" + _tex(event.title) + "}"),
        ("howpublished", _tex(what(event))),
        ("note", f"Version {made.number}, {day:%Y-%m-%d}"),
        ("year", f"{day.year}"),
        ("month", _MONTHS[day.month - 1]),
        ("date", f"{day:%Y-%m-%d}"),
        ("version", f"{made.number}"),
        ("url", url),
        ("urldate", f"{day:%Y-%m-%d}"),
    ]
    lines = [f"  {name} = {value}" if name == "month" else f"  {name} = {{{value}}}" for name, value in fields]
    return f"@misc{{{event.slug},\n" + ",\n".join(lines) + "\n}\n"


def ris(event: Event, made: Publication, url: str) -> str:
    """One record of type ELEC (a web page); lines end with CRLF."""
    day = made.at
    fields = [
        ("TY", "ELEC"),
        ("ID", event.slug),
        ("AU", NAME),
        ("TI", _line(event.title)),
        ("T2", NAME),
        ("AB", _line(event.summary)),
        ("PY", f"{day.year}"),
        ("DA", f"{day:%Y/%m/%d}"),
        ("ET", _("version %d") % made.number),
        ("N1", _line(what(event))),
        ("UR", url),
        ("LA", "en"),
        ("ER", ""),
    ]
    return "".join(f"{name}  - {value}\r\n" for name, value in fields if value or name == "ER")


def csl(event: Event, made: Publication, url: str) -> str:
    """A list with one item of CSL-JSON."""
    day = made.at
    item: dict[str, Any] = {
        "id": event.slug,
        "type": "entry",
        "title": event.title,
        "container-title": NAME,
        "author": [{"literal": NAME}],
        "abstract": event.summary,
        "genre": what(event),
        "version": f"{made.number}",
        "issued": {"date-parts": [[day.year, day.month, day.day]]},
        "URL": url,
        "language": "en",
    }
    return json.dumps([{key: value for key, value in item.items() if value}], ensure_ascii=False, indent=2) + "\n"


def _tex(text: str) -> str:
    return "".join(_TEX.get(char, char) for char in _line(text))


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
