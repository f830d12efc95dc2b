"""A large index in a file, so that a process that starts need not make it anew.

    MAGIC                         a line that says what this is, with the format's number
    8 bytes                       length of the head, little-endian
    the head                      JSON: database, data version, names, what each part is and how long
    the parts                     serialised bitmaps, then the chunks of the columns
    32 bytes                      BLAKE2b of all that stands before

Nothing in it is run or unpickled. A file that is damaged, of another format, another database or another layout of
the database, or that other code has made, is passed over, and the index made from the record; the next save replaces
it.
"""

import contextlib
import json
import logging
import os
import sys
import tempfile
import time
from array import array
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from glob import escape
from hashlib import blake2b
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pyroaring import BitMap

from timeline import position

from .bitmaps import FAMILIES, LEADER, NOUNS, Family, Index, Key, Names
from .build import lists_of
from .column import Column

SAVED_FROM = 50_000  # events: a smaller index is made in less than a second
_MAGIC = b"readout index 3\n"
_DIGEST = 32  # bytes
_HALF = ".half"  # the end of a file's name while it is written
_LEFT = 60 * 60  # seconds after which nobody writes it any more
_WORDS = "words"  # stands among the families in the file
_log = logging.getLogger(__name__)
_unwritable: set[Path] = set()  # of which the log has told


def path() -> Path | None:
    """Where the file belongs; None: nowhere. See INDEX_SNAPSHOT and INDEX_DIRECTORY in the settings."""
    if settings.INDEX_SNAPSHOT is not None:
        return Path(settings.INDEX_SNAPSHOT) if settings.INDEX_SNAPSHOT else None
    return usual_path(connection.vendor, connection.settings_dict)


def usual_path(vendor: str, known: Mapping[str, Any]) -> Path:
    """Where the file of one database belongs, by what is known of its connection."""
    if vendor == "sqlite":
        return Path(f"{known['NAME']}-index")
    name = blake2b("\n".join(_which(vendor, known)).encode(), digest_size=8).hexdigest()
    return Path(settings.INDEX_DIRECTORY) / f"{vendor}-{name}"


def save(index: Index) -> None:
    """Write a large index, whole or not at all, whoever else does; where that fails the log says why, once."""
    target = path()
    if target is None or len(index.published) < SAVED_FROM:
        return
    try:
        target.parent.mkdir(mode=0o700, exist_ok=True)
        _sweep(target)
        _write(target, index)
    except OSError as error:
        if target not in _unwritable:
            _unwritable.add(target)
            _log.warning("The index could not be saved to %s, and each process makes its own: %s", target, error)


def load() -> Index | None:
    """The index that was saved for this database, of whatever data version; None where there is no sound one."""
    source = path()
    if source is None:
        return None
    try:
        data = source.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        _log.warning("The index could not be read from %s: %s", source, error)
        return None
    try:
        return _read(data)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        _log.warning("The index in %s is not sound and is made anew: %s", source, error)
        return None


def _database() -> list[str]:
    """Which database this is, and the layout that its rows have."""
    newest = MigrationRecorder.Migration.objects.filter(app="timeline").order_by("-id").values_list("name", flat=True)
    return [*_which(connection.vendor, connection.settings_dict), newest.first() or ""]


@cache
def _code() -> str:
    """What tells one way of making an index from another: what once went into a file would be carried on for ever."""
    own = [*Path(__file__).parent.glob("*.py"), Path(position.__file__)]
    texts = (path.read_bytes() for path in sorted(own))
    return blake2b(b"\0".join(texts), digest_size=8).hexdigest()


def _which(vendor: str, known: Mapping[str, Any]) -> list[str]:
    return [vendor, *(str(known.get(key, "")) for key in ("NAME", "HOST", "PORT"))]


# Writing -----------------------------------------------------------------------------------------------------


def _sweep(target: Path) -> None:
    """Remove what processes left behind that were killed while they wrote."""
    for left in target.parent.glob(f"{escape(target.name)}.*{_HALF}"):
        with contextlib.suppress(OSError):  # another one removes it as well
            if time.time() - left.stat().st_mtime > _LEFT:
                left.unlink()


def _write(target: Path, index: Index) -> None:
    digest = blake2b(digest_size=_DIGEST)
    descriptor, name = tempfile.mkstemp(prefix=f"{target.name}.", suffix=_HALF, dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for part in _written(index):
                digest.update(part)
                file.write(part)
            file.write(digest.digest())
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _written(index: Index) -> Iterator[bytes]:
    bitmaps: list[bytes] = []
    families = []
    held: list[tuple[str, Mapping[Any, BitMap]]] = [(name, index.families[name]) for name in FAMILIES]
    held.append((_WORDS, dict(index.words)))
    for name, family in held:
        keys, lengths = [], []
        for key, bitmap in family.items():
            bitmaps.append(bitmap.serialize())
            keys.append(key)
            lengths.append(len(bitmaps[-1]))
        families.append([name, keys, lengths])
    chunks: list[bytes] = []
    columns = []
    for column in (index.positions, index.earliest, index.latest):
        numbers = []
        for number, chunk in column.chunks():
            chunks.append(chunk.tobytes())
            numbers.append([number, len(chunks[-1])])
        columns.append([column.typecode, numbers])
    head = {
        "database": _database(),
        "code": _code(),
        "byteorder": sys.byteorder,
        "version": index.version,
        "changed_at": index.changed_at.isoformat() if index.changed_at else None,
        "names": {noun: [[key, *pair] for key, pair in index.names[noun].by_key.items()] for noun in NOUNS},
        "families": families,
        "columns": columns,
    }
    written = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    yield _MAGIC
    yield len(written).to_bytes(8, "little")
    yield written
    yield from bitmaps
    yield from chunks


# Reading -----------------------------------------------------------------------------------------------------


def _read(data: bytes) -> Index | None:
    """ValueError and the like where the bytes are not what was written; None where they belong elsewhere."""
    if not data.startswith(_MAGIC):
        raise ValueError("it is of another format")
    body = memoryview(data)[:-_DIGEST]
    if blake2b(body, digest_size=_DIGEST).digest() != data[-_DIGEST:]:
        raise ValueError("its checksum does not fit")
    at = len(_MAGIC) + 8
    length = int.from_bytes(body[len(_MAGIC) : at], "little")
    head = json.loads(bytes(body[at : at + length]))
    if (head["database"], head["code"], head["byteorder"]) != (_database(), _code(), sys.byteorder):
        return None
    parts = _Parts(body, at + length)
    families = {name: _family(keys, lengths, parts) for name, keys, lengths in head["families"]}
    words = families.pop(_WORDS)
    positions, earliest, latest = (_column(typecode, numbers, parts) for typecode, numbers in head["columns"])
    if parts.left or {*families} != {*FAMILIES}:
        raise ValueError("it holds something else than it says")
    return Index(
        version=head["version"],
        changed_at=datetime.fromisoformat(head["changed_at"]) if head["changed_at"] else None,
        families=families,
        names={noun: _names(head["names"][noun]) for noun in NOUNS},
        positions=positions,
        earliest=earliest,
        latest=latest,
        leaders=lists_of(families[LEADER]),
        words={str(word): bitmap for word, bitmap in words.items()},
    )


class _Parts:
    """The bytes behind the head, taken off one after the other."""

    def __init__(self, body: memoryview, at: int) -> None:
        self._body, self._at = body, at

    def take(self, length: int) -> bytes:
        part = bytes(self._body[self._at : self._at + length])
        self._at += length
        if len(part) != length:
            raise ValueError("it ends too early")
        return part

    @property
    def left(self) -> int:
        return len(self._body) - self._at


def _family(keys: list[Any], lengths: list[int], parts: _Parts) -> Family:
    return {_key(key): BitMap.deserialize(parts.take(length)) for key, length in zip(keys, lengths, strict=True)}


def _key(written: Any) -> Key:
    """JSON knows no tuples."""
    return (int(written[0]), str(written[1])) if isinstance(written, list) else written


def _column(typecode: str, numbers: list[list[int]], parts: _Parts) -> Column:
    chunks: dict[int, array[int]] = {}
    for number, length in numbers:
        chunks[number] = array(typecode, parts.take(length))
    return Column(typecode, chunks)


def _names(rows: list[list[Any]]) -> Names:
    names = Names()
    for key, slug, name in rows:
        names.by_key[key], names.by_slug[slug] = (slug, name), key
    return names
