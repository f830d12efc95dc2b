"""The nouns of the record."""

from .bulk import BulkChange, BulkEntry, Doing
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
from .history import Change, Correction, DataVersion, Discarded, Former, Origin, SearchText, Slug, Version, What
from .imports import Import
from .link_checks import LinkCheck, Outcome
from .own import tables
from .people import Country, Leader, Post
from .proposals import Article, ArticleText, Proposal, Reading, Standing
from .sources import Certainty, Citation, Disclosure, Point, Readout, Source
from .unsaved import Unsaved

__all__ = [
    "FORMATS",
    "ROLES",
    "Article",
    "ArticleText",
    "BulkChange",
    "BulkEntry",
    "Call",
    "Certainty",
    "Change",
    "Citation",
    "Contact",
    "Correction",
    "Country",
    "DataVersion",
    "Discarded",
    "Disclosure",
    "Doing",
    "Event",
    "Format",
    "Former",
    "Import",
    "Kind",
    "Leader",
    "Link",
    "LinkCheck",
    "Meeting",
    "Occurrence",
    "Origin",
    "Outcome",
    "PartOfDay",
    "Participation",
    "Point",
    "Post",
    "Proposal",
    "Reading",
    "Readout",
    "Relation",
    "Role",
    "SearchText",
    "Slug",
    "Source",
    "Standing",
    "State",
    "Statement",
    "Tagging",
    "Topic",
    "Unsaved",
    "Version",
    "What",
    "WriteRefused",
    "tables",
]
