"""Which indexes this process holds, and how it comes by that of the data version that it reads."""

import threading
from collections import OrderedDict

from timeline import reading
from timeline.models import Change, guard
from timeline.patience import long_work

from . import build, file
from .bitmaps import Index

MOST_HELD = 8  # data versions: requests that began before a write still read the one before it
_TRIES = 5

_held: OrderedDict[int, Index] = OrderedDict()
_lock = threading.Lock()  # for making one; who finds what he looks for needs none


def current() -> Index:
    """The index of the data version that this connection sees; one query where it is held, or none in a snapshot.

    RuntimeError inside a block that writes: until it ends, the number is that of the record before it.
    """
    if guard.is_unlocked():
        raise RuntimeError("The index was asked for while the record is being written: ask before, or afterwards.")
    index = _held.get(reading.data_version())
    return index if index is not None else _make()


def newest() -> Index | None:
    """The index that this process made last, for looking at; nothing is asked of the database."""
    return next(reversed(_held.values()), None)


def forget() -> None:
    """Hold nothing any more, as at the start of the process."""
    with _lock:
        _held.clear()


def _make() -> Index:
    with _lock:
        for _try in range(_TRIES):
            with reading.snapshot() as version:
                if (index := _held.get(version)) is None:
                    index = _advanced(version) or _loaded(version) or _whole(version)
                # A transaction that was open already may see what others commit meanwhile.
                if reading.asked_version() == version:
                    _keep(index)
                    return index
    raise RuntimeError("The record is being written so often that no index of it can be made.")


def _keep(index: Index) -> None:
    _held[index.version] = index
    _held.move_to_end(index.version)
    while len(_held) > MOST_HELD:
        _held.popitem(last=False)


def _advanced(version: int) -> Index | None:
    """From the newest held index that the change log knows."""
    earlier = [number for number in _held if number < version]
    known = Change.objects.filter(version__in=earlier).order_by("-version").values_list("version", flat=True)
    start = known.first() if earlier else None
    return build.advanced(_held[start], version) if start is not None else None


def _loaded(version: int) -> Index | None:
    saved = file.load()
    if saved is None or saved.version > version:
        return None
    return saved if saved.version == version else build.advanced(saved, version)


def _whole(version: int) -> Index:
    with long_work():  # ended half-way it would begin anew with the next request, for ever
        index = build.whole(version)
        file.save(index)
    return index
