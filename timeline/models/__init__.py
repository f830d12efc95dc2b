"""The nouns of the record."""

from .contacts import Contact
from .events import (
    FORMATS,
    ROLES,
    Call,
    Event,
    Format,
    Kind,
    Link,
    Meeting,
    Occurrence,
    Participation,
    PartOfDay,
    Relation,
    Role,
    State,
    Statement,
    Tagging,
    Topic,
)
from .guard import WriteRefused
from .history import Change, Correction, DataVersion, Origin, SearchText, Slug, Version, What
from .imports import Import
from .people import Country, Leader, Post
from .sources import Certainty, Citation, Disclosure, Point, Readout, Source

__all__ = [
    "FORMATS",
    "ROLES",
    "Call",
    "Certainty",
    "Change",
    "Citation",
    "Contact",
    "Correction",
    "Country",
    "DataVersion",
    "Disclosure",
    "Event",
    "Format",
    "Import",
    "Kind",
    "Leader",
    "Link",
    "Meeting",
    "Occurrence",
    "Origin",
    "PartOfDay",
    "Participation",
    "Point",
    "Post",
    "Readout",
    "Relation",
    "Role",
    "SearchText",
    "Slug",
    "Source",
    "State",
    "Statement",
    "Tagging",
    "Topic",
    "Version",
    "What",
    "WriteRefused",
]
