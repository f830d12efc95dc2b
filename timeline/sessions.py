"""Editors' sessions end: some hours after the last thing they asked for, and some days after they signed in."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse

_SINCE = "signed_in_at"
_SEEN = "seen_at"
_NOTED = 60  # seconds after which it is noted again that somebody is there


class EndedSessions:
    """Middleware behind the sessions' own: an ended session is nobody's. Who sends no session costs nothing.

    `SESSION_COOKIE_AGE` seconds after signing in, or `SESSION_IDLE_SECONDS` after the last request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            end_or_note(request.session, time.time())
        return self.get_response(request)


def end_or_note(session: SessionBase, now: float) -> None:
    """End a session that has lasted too long or was left alone; of another, note that it goes on. `now` in seconds."""
    if SESSION_KEY not in session:
        return
    since = session.setdefault(_SINCE, now)
    seen = session.setdefault(_SEEN, now)
    if now - since > settings.SESSION_COOKIE_AGE or now - seen > settings.SESSION_IDLE_SECONDS:
        session.flush()
    elif now - seen > _NOTED:
        session[_SEEN] = now
