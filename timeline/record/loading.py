"""Rows as they were dumped, from one database into another: Django's own `loaddata`, held to the one writer's rules."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import models

from timeline.models import Change, Contact, Country, DataVersion, SearchText, tables
from timeline.models.guard import WriteRefused, unlocked

from .numbers import number_on
from .writer import writing

# What follows from the other rows; a block that writes makes it anew.
DERIVED: tuple[type[models.Model], ...] = (Contact, SearchText)
# What a record without a single entry has.
_FROM_THE_START = (Change, Country, DataVersion)


@contextmanager
def loading() -> Iterator[None]:
    """Take in dumped rows as they are, with their keys and versions, except those that are DERIVED.

    Their events are put in order, and their contacts, search tokens and the change log made as for any other write.
    WriteRefused for the first row of a record that holds anything yet: keys would mean other rows there.
    """
    with writing() as writer:
        last = writer.data_version
        with unlocked(writer.take_in if _is_empty() else _refuse):
            yield
        number_on()
        writer.go_on_from(last)


def _is_empty() -> bool:
    return not any(model._base_manager.exists() for model in tables() if model not in _FROM_THE_START)


def _refuse(row: models.Model, what: str) -> None:
    raise WriteRefused(
        "The record holds something already, and dumped rows are loaded into an empty one only: their keys would mean"
        " other rows. Load them into a new, migrated database, or add events with manage.py ingest."
    )
