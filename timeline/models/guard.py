"""The lock on public rows: they are written inside `timeline.record.writing()` or not at all.

Everything that depends on public content (versions, search tokens, the change log, the data version) is kept
in step by that one writer. A row that slipped past it would be shown but not found, or found but not logged;
so the rows themselves refuse.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, cast

from django.db import models

# Told of every row that is written and what happens to it: BEFORE it is saved, then created or changed; or deleted.
Listener = Callable[[models.Model, str], None]
BEFORE = "before"

# Who listens; None: nobody is writing.
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


class WriteRefused(Exception):
    """A public row was about to change outside the one writer."""


def unheard(row: models.Model, what: str) -> None:
    """A listener for what the writer does itself: it knows already."""


@contextmanager
def unlocked(listener: Listener) -> Iterator[None]:
    """Let this context write public rows; `listener` hears of each one. For `timeline.record` alone."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def is_unlocked() -> bool:
    """Whether this context is writing public rows."""
    return _listener.get() is not None


def _listener_for(instance: models.Model) -> Listener:
    listener = _listener.get()
    if listener is None:
        raise WriteRefused(
            f"{instance._meta.verbose_name} rows hold public content: write them inside"
            " timeline.record.writing(), which keeps versions, search and the change log in step."
        )
    return listener


def before_loaded(instance: models.Model, raw: bool, **kwargs: Any) -> None:
    """Dumped rows pass by every save() and manager: the lock holds for them as well, and the listener hears of them."""
    listener = _listener.get()
    if raw and listener is None:
        raise WriteRefused(
            f"Dumped rows ({instance._meta.verbose_name_plural}) are taken in by manage.py loaddata alone, which makes"
            " anew what follows from them."
        )
    if raw and listener:
        listener(instance, BEFORE)


def after_loaded(instance: models.Model, raw: bool, created: bool, **kwargs: Any) -> None:
    """The same behind the row."""
    listener = _listener.get()
    if raw and listener:
        listener(instance, "created" if created else "changed")


class PublicQuerySet(models.QuerySet):
    """Reads as always; writes only inside the one writer, which hears of every row."""

    def _listener(self, verb: str) -> Listener:
        listener = _listener.get()
        if listener is None:
            raise WriteRefused(
                f"{self.model._meta.verbose_name_plural} can't be {verb} in bulk: write them inside"
                " timeline.record.writing()."
            )
        return listener

    def update(self, **kwargs: Any) -> int:
        listener = self._listener("updated")
        rows = list(cast("Iterable[models.Model]", self)) if listener is not unheard else []
        for row in rows:
            listener(row, BEFORE)
        changed = super().update(**kwargs)
        for row in rows:
            listener(row, "changed")
        return changed

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> list[Any]:
        listener = self._listener("created")
        rows = list(objs)
        # Otherwise there is nothing yet that they could change.
        for row in rows if kwargs.get("update_conflicts") and listener is not unheard else ():
            listener(row, BEFORE)
        rows = super().bulk_create(rows, *args, **kwargs)
        for row in rows:
            listener(row, "created")
        return rows

    def bulk_update(self, objs: Any, *args: Any, **kwargs: Any) -> int:
        listener = self._listener("updated")
        rows = list(objs)
        for row in rows:
            listener(row, BEFORE)
        changed = super().bulk_update(rows, *args, **kwargs)
        for row in rows:
            listener(row, "changed")
        return changed

    def delete(self) -> tuple[int, dict[str, int]]:
        """Row by row, so that each row's own rules hold."""
        self._listener("deleted")
        total, counts = 0, dict[str, int]()
        for instance in cast("Iterable[models.Model]", self):
            deleted, by_model = instance.delete()
            total += deleted
            for label, number in by_model.items():
                counts[label] = counts.get(label, 0) + number
        return total, counts


class PublicModel(models.Model):
    """A row that readers can see some of; saved and deleted by the one writer only."""

    if not TYPE_CHECKING:  # each model declares its own again, which mypy's plugin needs to see
        objects = PublicQuerySet.as_manager()

    class Meta:
        abstract = True
        # Related managers' add() and set() write through the base manager: it has to refuse as well.
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        listener = _listener_for(self)
        what = "created" if self._state.adding else "changed"
        listener(self, BEFORE)
        super().save(*args, **kwargs)
        # Only now has a new row its key.
        listener(self, what)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        # A deleted row has no key any more: it is announced first, and the block falls if this fails.
        _listener_for(self)(self, "deleted")
        return super().delete(*args, **kwargs)
