"""What countries, leaders, topics and sources were until now: kept where a version may name them so."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils import timezone

from timeline.models import Country, Former, Leader, Post, Source, Topic, Version

from .nouns import Row, country_row, leader_row, source_row, topic_row

# By what a row names itself.
KEYS = {"country": "code", "leader": "id", "source": "id", "topic": "id"}
_NOUNS: dict[type[models.Model], tuple[str, Callable[[Any], Row]]] = {
    Country: ("country", country_row),
    Leader: ("leader", leader_row),
    Source: ("source", source_row),
    Topic: ("topic", topic_row),
}


class Formers:
    """What one block finds before it changes it; made when the block begins."""

    def __init__(self) -> None:
        self._begun = timezone.now()
        self._found: dict[tuple[type[models.Model], Any], Row | None] = {}

    def see(self, row: models.Model) -> None:
        """A row is about to be saved or deleted; a post is a part of its leader."""
        noun = row.leader if isinstance(row, Post) else row
        model = type(noun)
        if model in _NOUNS and noun.pk is not None and (model, noun.pk) not in self._found:
            self._found[model, noun.pk] = _row(model, noun.pk)

    def made(self, row: models.Model) -> None:
        """A row has been saved that was not there before."""
        if type(row) in _NOUNS:
            self._found.setdefault((type(row), row.pk), None)

    def keep(self) -> None:
        """Write down what is another now; what no version can have named yet is not worth it."""
        found = {key: was for key, was in self._found.items() if was is not None}
        if not found or not Version.objects.filter(at__lt=self._begun).exists():
            return
        changed = [(_NOUNS[model][0], was) for (model, pk), was in found.items() if was != _row(model, pk)]
        if changed:
            Former.objects.bulk_create(
                Former(noun=noun, key=was[KEYS[noun]], until=self._begun, row=was) for noun, was in changed
            )


def _row(model: type[models.Model], pk: Any) -> Row | None:
    found = model._base_manager.filter(pk=pk).first()
    return _NOUNS[model][1](found) if found else None
