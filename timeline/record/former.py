"""What countries, leaders, topics and sources were until now: kept where a version may name them so."""

from typing import Any, NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.utils import timezone

from timeline.models import Former, Post, Version

from .nouns import NOUNS, Row

# By what a row names itself.
KEYS = {noun.name: noun.key for noun in NOUNS.values()}

_Key = tuple[type[models.Model], Any]


class Note(NamedTuple):
    """What readers are told of a change, or else why they need not be told."""

    correction: str = ""
    reason: str = ""


class Formers:
    """What one block finds before it changes it; made when the block begins."""

    def __init__(self) -> None:
        self._begun = timezone.now()
        self._found: dict[_Key, Row | None] = {}
        self._notes: dict[_Key, Note] = {}

    def see(self, row: models.Model) -> None:
        """A row is about to be saved or deleted; a post is a part of its leader."""
        noun = row.leader if isinstance(row, Post) else row
        model = type(noun)
        if model in NOUNS and noun.pk is not None and (model, noun.pk) not in self._found:
            self._found[model, noun.pk] = _row(model, noun.pk)

    def made(self, row: models.Model) -> None:
        """A row has been saved that was not there before."""
        if type(row) in NOUNS:
            self._found.setdefault((type(row), row.pk), None)

    def explain(self, row: models.Model, note: Note) -> None:
        """Why this row changes; kept with what it was until now."""
        self._notes[type(row), row.pk] = note

    def keep(self, by: AbstractBaseUser | None) -> None:
        """Write down what is another now; what no version can have named yet is not worth it."""
        found = {key: was for key, was in self._found.items() if was is not None}
        if not found or not Version.objects.filter(at__lt=self._begun).exists():
            return
        changed = [(key, was) for key, was in found.items() if was != _row(*key)]
        if changed:
            Former.objects.bulk_create(self._former(key, was, by) for key, was in changed)

    def _former(self, key: _Key, was: Row, by: AbstractBaseUser | None) -> Former:
        noun, note = NOUNS[key[0]], self._notes.get(key, Note())
        return Former(
            noun=noun.name,
            key=was[noun.key],
            until=self._begun,
            row=was,
            by_name=by.get_username() if by else "",
            **note._asdict(),
        )


def _row(model: type[models.Model], pk: Any) -> Row | None:
    found = model._base_manager.filter(pk=pk).first()
    return NOUNS[model].row(found) if found else None
