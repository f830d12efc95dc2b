"""Files between their upload and the moment when somebody agrees to what they would do.

Each is kept for an hour in a session of its own, which nobody is signed in to: all processes and machines find it
there, only who sent it gets it back, and it goes by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from .writing import editor

_SECONDS = 60 * 60
_KEY = "upload"


@dataclass(frozen=True)
class Upload:
    """A file as it was sent. `purpose` is what it was sent for, `answers` what was chosen along with it."""

    purpose: str
    name: str
    data: bytes
    answers: Mapping[str, str] = field(default_factory=dict)


def keep(request: HttpRequest, upload: Upload) -> str:
    """Keep the file for who sent it; gives the token by which it is found again."""
    session = _session()
    session.clear_expired()
    session[_KEY] = {
        "by": editor(request).pk,
        "purpose": upload.purpose,
        "name": upload.name,
        "data": upload.data.decode("latin-1"),  # a session holds text
        "answers": dict(upload.answers),
    }
    session.set_expiry(_SECONDS)
    session.create()
    return str(session.session_key)


def kept(request: HttpRequest, purpose: str, token: str) -> Upload | None:
    """The file of this token, where it is still kept, was sent for this purpose and by who asks for it."""
    found = _session(token).get(_KEY)
    if not found or (found["by"], found["purpose"]) != (editor(request).pk, purpose):
        return None
    return Upload(purpose, found["name"], found["data"].encode("latin-1"), found["answers"])


def forget(token: str) -> None:
    """Let go of a file that has been dealt with."""
    _session(token).delete(token)


def _session(token: str | None = None) -> SessionBase:
    store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
    return store(token)
