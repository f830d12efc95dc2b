"""Signing in: by name and password, throttled, with a second factor for who may undo others' work; and being out."""

import re
import runpy
import time
from io import StringIO
from types import ModuleType
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper
from django.test import Client
from django.urls import reverse

from tests.desk import unshown
from timeline import roles, sessions

pytestmark = pytest.mark.django_db

LOGIN = "/account/login/"
DESK = "/admin/"
PASSWORD = "correct horse battery"


@pytest.fixture
def editor() -> User:
    return account("ed", roles.Role.EDITOR)


def account(name: str, role: roles.Role | None) -> User:
    user = User.objects.create_user(name, f"{name}@readout.example", PASSWORD)
    roles.give(user, role)
    return user


def sign_in(client: Client, name: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post(LOGIN, {"login": name, "password": password}, **more)


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# By name and password ------------------------------------------------------------------------------------------


def test_it_lets_an_editor_in_and_leads_to_where_they_wanted(client, editor):
    wanted = client.get("/admin/timeline/call/")["Location"]
    wanted = client.get(wanted)["Location"]
    assert wanted == "/account/login/?next=%2Fadmin%2Ftimeline%2Fcall%2F"
    page = client.get(wanted)
    assert '<input type="hidden" name="next" value="/admin/timeline/call/"' in page.text
    assert "Ask a chief editor" in page.text
    assert sign_in(client, "ed", "wrong").status_code == 200
    assert not is_in(client)
    entered = client.post(LOGIN, {"login": "ed", "password": PASSWORD, "next": "/admin/timeline/call/"})
    assert entered["Location"] == "/admin/timeline/call/"
    assert client.get(LOGIN)["Location"] == DESK
    for name in ("account_change_password", "mfa_index", "account_logout", "mfa_list_webauthn"):
        assert client.get(reverse(name)).status_code == 200, name
    assert client.get("/admin/password_change/")["Location"] == reverse("account_change_password")
    client.post("/account/logout/")
    assert not is_in(client)


def test_it_leads_to_no_other_site(client, editor):
    entered = client.post(LOGIN, {"login": "ed", "password": PASSWORD, "next": "https://evil.example/"})
    assert entered["Location"] == DESK
    assert client.get("/admin/login/?next=https://evil.example/")["Location"] == DESK


def test_nobody_signs_up(client):
    for address in ("/account/", "/account/signup/", "/accounts/signup/", "/account/email/", "/account/reset/"):
        assert client.get(address).status_code == 404
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes", "account_change_password"):
        assert client.get(reverse(name))["Location"].startswith(LOGIN), name


def test_a_form_from_before_signing_in_again_is_refused_in_words(editor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    refused = client.post("/admin/timeline/call/add/", {"title": "x"})
    assert (refused.status_code, "what you typed into a form of the desk is still kept" in refused.text) == (403, True)


def test_nothing_tells_whether_there_is_such_an_account(client, editor):
    User.objects.create_user("gone", password=PASSWORD, is_active=False)
    pages = []
    for name, password in (("ed", "wrong"), ("nobody", "wrong"), ("gone", "wrong"), ("gone", PASSWORD)):
        pages.append(dict(sign_in(client, name, password).context_data["form"].errors))
    assert pages == [{"__all__": ["The name or the password is not right."]}] * 4


def test_many_wrong_passwords_are_stopped(client, editor):
    """From many addresses at once; the right password has to wait with them, and another account does not."""
    told = []
    with unshown():
        for number in range(15):
            page = sign_in(client, "ED" if number % 2 else "ed", f"guess {number}", REMOTE_ADDR=f"9.9.9.{number}")
            told.append(str(page.context_data["form"].non_field_errors()))
    assert sum("not right" in one for one in told) <= 10
    assert "Too many failed attempts" in told[-1]
    sign_in(client, "ed", REMOTE_ADDR="8.8.8.8")
    assert not is_in(client)
    account("other", roles.Role.EDITOR)
    sign_in(client, "other", REMOTE_ADDR="8.8.8.8")
    assert is_in(client)


def test_one_address_tries_only_so_many_accounts(client, editor, settings):
    with unshown():
        codes = [sign_in(client, f"name {number}", "wrong").status_code for number in range(32)]
    assert codes[-1] == 429
    told = sign_in(client, "ed", HTTP_X_FORWARDED_FOR="7.7.7.7")
    assert told.status_code == 429  # a client says what it likes
    assert "Too many attempts" in told.text
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    sign_in(client, "ed", HTTP_X_FORWARDED_FOR="6.6.6.6, 7.7.7.7")
    assert is_in(client)


def test_nobody_signs_in_uncounted_while_the_table_is_locked(client, editor, monkeypatch):
    tried = CursorWrapper._execute  # type: ignore[attr-defined]

    def locked(cursor: Any, sql: str, *more: Any) -> Any:
        if "timeline_attempts" in sql and not sql.startswith("SELECT"):
            raise OperationalError("database is locked")
        return tried(cursor, sql, *more)

    with monkeypatch.context() as lock:
        lock.setattr(CursorWrapper, "_execute", locked)
        told = sign_in(client, "ed")
    assert told.status_code == 503
    assert "try again in a minute" in told.text
    assert not is_in(client)
    sign_in(client, "ed")
    assert is_in(client)


@pytest.mark.parametrize("nonsense", ["\x00", "x" * 300_000, "😀\u202e' OR 1=1 --", "", "[]"])
def test_nonsense_is_refused(client, nonsense):
    response = client.post(f"{LOGIN}?next={nonsense[:50]}", {"login": nonsense, "password": nonsense, "next": nonsense})
    assert response.status_code == 200
    assert not is_in(client)


# A second factor -----------------------------------------------------------------------------------------------


def code(secret: str, period: int = 0) -> str:
    """What an authenticator app shows now; each code is taken once."""
    return str(totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time()) + period)))


def with_an_app(user: User) -> str:
    secret = str(totp.generate_totp_secret())
    totp.TOTP.activate(user, secret)
    return secret


def test_an_app_is_set_up_and_asked_for_from_then_on(client, editor):
    sign_in(client, "ed")
    there = reverse("mfa_activate_totp")
    asked = client.get(there)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert client.post(asked["Location"], {"password": PASSWORD})["Location"] == there
    page = client.get(there)
    secret = page.context_data["form"].secret
    assert "<svg" in page.text
    assert "data:image" not in page.text
    assert client.post(there, {"code": "000000"}).status_code == 200
    codes = client.post(there, {"code": code(secret)}, follow=True)
    assert codes.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
    recovery = codes.context_data["unused_codes"]
    client.post("/account/logout/")
    second, shown = reverse("mfa_authenticate"), code(secret)
    assert sign_in(client, "ed")["Location"] == second
    assert not is_in(client)
    assert client.get(DESK).status_code == 302
    assert client.get(second).status_code == 200
    assert client.post(second, {"code": shown})["Location"] == DESK
    client.post("/account/logout/")
    sign_in(client, "ed")
    assert client.post(second, {"code": shown}).status_code == 200  # each is taken once
    assert not is_in(client)
    assert client.post(second, {"code": recovery[0]}).status_code == 302
    assert is_in(client)


def test_codes_are_not_guessed(client, editor):
    secret = with_an_app(editor)
    sign_in(client, "ed")
    with unshown():
        for guess in range(12):
            client.post(reverse("mfa_authenticate"), {"code": f"{guess:06}"})
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    assert not is_in(client)


@pytest.mark.parametrize(("role", "has_to"), [("editor", False), ("chief editor", True), ("superuser", True)])
def test_who_may_undo_others_work_needs_a_second_factor(client, settings, role, has_to):
    settings.SECOND_FACTOR = True
    user = User.objects.create_superuser("root") if role == "superuser" else account("x", roles.Role(role))
    client.force_login(user)
    refused = client.get("/admin/find/")
    if not has_to:
        assert refused.status_code == 200
        return
    assert refused["Location"] == "/admin/login/?next=/admin/find/"
    assert client.get(refused["Location"])["Location"] == reverse("mfa_index")
    assert "add a second factor before you go on" in client.get(reverse("mfa_index")).text
    assert client.get("/events/x/preview/")["Location"].startswith("/admin/login/")
    with_an_app(user)
    assert client.get("/admin/find/").status_code == 200
    (app,) = Authenticator.objects.filter(user=user)
    assert not get_adapter().can_delete_authenticator(app)
    settings.SECOND_FACTOR = False
    assert get_adapter().can_delete_authenticator(app)


def test_a_lost_telephone_is_no_lost_account(client, editor):
    with_an_app(editor)
    chief = account("chief", roles.Role.CHIEF_EDITOR)
    client.force_login(chief)
    chosen = {"action": "forget_second_factor", "_selected_action": [str(editor.pk)]}
    assert client.post(reverse("admin:auth_user_changelist"), chosen).status_code == 302
    assert not Authenticator.objects.exists()
    with_an_app(chief)
    client.post(reverse("admin:auth_user_changelist"), chosen | {"_selected_action": [str(chief.pk)]})
    assert Authenticator.objects.count() == 1
    call_command("editor", "chief", forget_second_factor=True, stdout=StringIO())
    assert not Authenticator.objects.exists()


# Sessions end --------------------------------------------------------------------------------------------------


def test_a_session_ends_when_nobody_is_there_and_after_a_week_at_the_latest(settings):
    def after(*steps: float) -> bool:
        session, now = SessionStore(), 1_000_000.0
        session["_auth_user_id"] = "1"
        for step in (0, *steps):
            now += step
            sessions.end_or_note(session, now)
        return "_auth_user_id" in session

    idle, longest = settings.SESSION_IDLE_SECONDS, settings.SESSION_COOKIE_AGE
    assert after(idle - 1, idle - 1)
    assert not after(idle - 1, idle + 1)
    assert not after(*[idle // 2] * (2 * longest // idle + 1))
    assert after(*[idle // 2] * (2 * longest // idle))


def test_an_ended_session_is_nobodys(client, editor):
    client.force_login(editor)
    assert client.get("/admin/find/").status_code == 200
    session = client.session
    session["seen_at"] = time.time() - 60 * 60 * 24
    session.save()
    assert client.get("/admin/find/")["Location"].startswith("/admin/login/")
    assert not is_in(client)


# Passwords -----------------------------------------------------------------------------------------------------


def test_a_weak_password_is_refused(client, editor):
    client.force_login(editor)
    there = reverse("account_change_password")
    for weak in ("short", "password1234", "0123456789012", "editor-ed-ed"[:11]):
        sent = {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
        assert client.post(there, sent).status_code == 200, weak
    new = {"oldpassword": PASSWORD, "password1": "another horse battery", "password2": "another horse battery"}
    assert client.post(there, new).status_code == 302
    assert User.objects.get(username="ed").check_password("another horse battery")


def test_a_command_makes_an_account_and_mends_a_password(monkeypatch):
    def told(lines: str, *args: str) -> str:
        monkeypatch.setattr("sys.stdin", StringIO(lines))
        output = StringIO()
        call_command("editor", *args, stdout=output)
        return output.getvalue()

    assert "Role: chief editor." in told(f"first\n{PASSWORD}\n")
    first = User.objects.get(username="first")
    assert (first.is_staff, first.is_superuser, roles.role_of(first)) == (True, False, roles.Role.CHIEF_EDITOR)
    assert "has a new password. Role: chief editor." in told("a new horse battery\n", "first")
    assert "Role: contributor." in told(f"{PASSWORD}\n", "first", "--role", "contributor")
    for name, password in (("second", "short"), ("no such name!", PASSWORD), ("", PASSWORD)):
        with pytest.raises(CommandError):
            told(f"{password}\n", name or "\x00")
    assert User.objects.count() == 1


def test_a_forgotten_password_is_mended_by_mail_where_there_is_mail(client, editor, settings):
    settings.EMAIL_URL = "smtps://mail.example"
    addresses = ModuleType("addresses")
    vars(addresses).update(runpy.run_path("config/urls.py"))
    settings.ROOT_URLCONF = addresses
    assert "Ask a chief editor" not in client.get(LOGIN).text
    for to in ("nobody@readout.example", "ED@readout.example"):
        sent = client.post(reverse("account_reset_password"), {"email": to})
        assert sent["Location"] == reverse("account_reset_password_done")
    (letter,) = mail.outbox  # and none to who has no account: only they would learn it
    assert letter.to == ["ed@readout.example"]
    assert letter.subject == "Readout: choose a new password"
    assert "example.com" not in letter.body
    (link,) = re.findall(r"http://testserver(\S+)", str(letter.body))
    form = client.get(link)["Location"]
    new = {"password1": "another horse battery", "password2": "another horse battery"}
    assert client.post(form, new).status_code == 302
    assert User.objects.get(username="ed").check_password("another horse battery")
    assert "_auth_user_id" not in client.session
    assert "This link no longer works" in client.get(link, follow=True).text


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("smtps://u:p%2Fw@mail.example", ("mail.example", 465, "u", "p/w", True, False)),
        ("smtp://mail.example", ("mail.example", 587, "", "", False, True)),
        ("smtp+plain://localhost:2525", ("localhost", 2525, "", "", False, False)),
        ("mail.example", "EMAIL_URL wants smtps://"),
        ("smtp://mail.example:x", "EMAIL_URL"),
    ],
)
def test_where_mail_goes_is_one_address(monkeypatch, address, found):
    monkeypatch.setenv("EMAIL_URL", address)
    monkeypatch.setenv("MAIL_FROM", "desk@readout.example")
    if isinstance(found, str):
        with pytest.raises(ImproperlyConfigured, match=found):
            runpy.run_path("config/settings.py")
        return
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_SSL", "USE_TLS")
    made = runpy.run_path("config/settings.py")
    assert tuple(made[f"EMAIL_{name}"] for name in names) == found
    monkeypatch.setenv("MAIL_FROM", "")
    with pytest.raises(ImproperlyConfigured, match="MAIL_FROM"):
        runpy.run_path("config/settings.py")
