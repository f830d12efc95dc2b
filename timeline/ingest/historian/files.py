"""The XML files of the Office of the Historian: visits to the United States, and travels abroad.

A `visit` has id, start-date, end-date, visitor, from (with the country's id) and description; a `trip` has
id, role, name, start-date, end-date, country (with its id), locale and remarks, and whose trip it is. Files
with a document type are refused: entities could make a small file fill the memory.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import parse

from timeline.ingest.dossier import DossierError, Fault

LARGEST = 64 * 1024 * 1024  # bytes
FOLDERS = ("visits", "travels/president-travels", "travels/secretary-travels")


@dataclass(frozen=True)
class Visit:
    """A foreign leader in the United States. Texts are as they stand in the file, blanks drawn together."""

    file: str
    id: str
    start: date
    end: date
    visitor: str
    country_id: str
    country: str
    description: str


@dataclass(frozen=True)
class Trip:
    """A US president or secretary of state abroad; `who` is the publisher's id of the traveller."""

    file: str
    id: str
    start: date
    end: date
    who: str
    role: str
    country_id: str
    country: str
    locale: str
    remarks: str


def read(directory: Path) -> tuple[list[Visit], list[Trip]]:
    """All the records under a directory, file by file; raises DossierError with every fault of every file."""
    if not directory.is_dir():
        raise DossierError([Fault(str(directory), "", "", "The directory can't be read: no such directory.")])
    missing = [folder for folder in FOLDERS if not (directory / folder).is_dir()]
    if missing:
        expected = f"Expected the directories {', '.join(FOLDERS)}; there is no {', no '.join(missing)}."
        raise DossierError([Fault(str(directory), "", "", expected)])
    visits: list[Visit] = []
    trips: list[Trip] = []
    faults: list[Fault] = []
    seen: dict[tuple[str, str], str] = {}
    for folder in FOLDERS:
        for path in sorted((directory / folder).glob("*.xml")):
            name = str(path.relative_to(directory))
            try:
                for record in _records(path, name):
                    key = (type(record).__name__, record.id)
                    if key in seen:
                        message = f"{seen[key]} has another record of this id."
                        raise DossierError([Fault(name, "", f"id {record.id}", message)])
                    seen[key] = name
                    if isinstance(record, Visit):
                        visits.append(record)
                    else:
                        trips.append(record)
            except DossierError as error:
                faults += error.faults
    if faults:
        raise DossierError(faults)
    return visits, trips


def _records(path: Path, name: str) -> Iterator[Visit | Trip]:
    try:
        if path.stat().st_size > LARGEST:
            raise DossierError([Fault(name, "", "", f"The file is larger than {LARGEST // 2**20} MB.")])
        root: Element | None = parse(path, forbid_dtd=True).getroot()
    except OSError as error:
        raise DossierError([Fault(name, "", "", f"The file can't be read: {error.strerror or error}.")]) from error
    except DefusedXmlException as error:
        raise DossierError([Fault(name, "", "", "Expected XML without a document type or entities.")]) from error
    except (ParseError, ValueError, LookupError) as error:
        raise DossierError([Fault(name, "", "", f"Expected XML ({error}).")]) from error
    tag = "visit" if name.startswith("visits") else "trip"
    for place, element in enumerate(root if root is not None else (), 1):
        if element.tag != tag:
            expected = f"Expected {tag} elements only (element {place})."
            raise DossierError([Fault(name, "", f"<{element.tag}>", expected)])
        yield _visit(element, name, place) if tag == "visit" else _trip(element, name, place)


def _visit(element: Element, name: str, place: int) -> Visit:
    return Visit(
        name,
        *_identity(element, name, place),
        _text(element, "visitor", name),
        _attribute(element, "from", "id", name),
        _text(element, "from", name),
        _text(element, "description", name),
    )


def _trip(element: Element, name: str, place: int) -> Trip:
    return Trip(
        name,
        *_identity(element, name, place),
        element.get("who", ""),
        element.get("role", ""),
        _attribute(element, "country", "id", name),
        _text(element, "country", name),
        _text(element, "locale", name),
        _text(element, "remarks", name),
    )


def _identity(element: Element, name: str, place: int) -> tuple[str, date, date]:
    """A record's id and its first and last day."""
    identity = _text(element, "id", name)
    if not re.fullmatch(r"[1-9]\d{0,8}", identity, re.ASCII):
        raise DossierError([Fault(name, "", f"id {identity}", f"Expected a number (record {place} of the file).")])
    days = []
    for tag in ("start-date", "end-date"):
        text = _text(element, tag, name)
        try:
            days.append(date.fromisoformat(text))
        except ValueError as error:
            message = f"Expected a day as in 1990-01-26 in {tag} of record {identity}."
            raise DossierError([Fault(name, "", text, message)]) from error
    if days[1] < days[0]:
        raise DossierError([Fault(name, "", f"{days[1]}", f"Expected no day before {days[0]} in record {identity}.")])
    return identity, days[0], days[1]


def _text(element: Element, tag: str, name: str) -> str:
    child = element.find(tag)
    if child is None:
        raise DossierError([Fault(name, "", f"<{element.tag}>", f"Expected an element {tag} in each.")])
    return " ".join("".join(child.itertext()).split())


def _attribute(element: Element, tag: str, attribute: str, name: str) -> str:
    child = element.find(tag)
    return "" if child is None else child.get(attribute, "")
