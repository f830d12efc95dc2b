"""Make an account for the desk, or give one a new password, another role, or leave to sign in without its telephone."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from timeline import roles


class Command(BaseCommand):
    help = "Makes an account for the desk at /admin/, or changes the password, role or second factor of one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="the name to sign in with; asked for where it is left out")
        parser.add_argument(
            "--role",
            choices=[role.value.replace(" ", "-") for role in roles.Role],
            help="what the account may do; a new one is a chief editor's where this is left out",
        )
        parser.add_argument("--mail", default="", help="where a forgotten password is mended, if mail is set up")
        parser.add_argument(
            "--forget-second-factor", action="store_true", help="for who has lost it; the password stays as it is"
        )

    def handle(self, *args: Any, name: str | None, role: str | None, mail: str, **options: Any) -> None:
        name = (name or _asked("Name to sign in with: ")).replace("\x00", "").strip()
        if not name:
            raise CommandError("An account needs a name to sign in with.")
        user = User.objects.filter(username=name).first()
        if options["forget_second_factor"]:
            if user is None:
                raise CommandError(f"There is no account “{name}”.")
            Authenticator.objects.filter(user=user).delete()
            self.stdout.write(f"“{name}” signs in with the password alone now, and may set up a second factor anew.")
            return
        is_new = user is None
        user = user or User(username=name)
        user.email = mail or user.email
        try:
            user.full_clean(exclude=["password"])
            password = _new_password(user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user.set_password(password)
        with transaction.atomic():
            user.save()
            if role or is_new:
                roles.give(user, roles.Role((role or roles.Role.CHIEF_EDITOR).replace("-", " ")))
        now = roles.role_of(user)
        what = "superuser" if user.is_superuser else now.label if now else "account without a role"
        done = "is made" if is_new else "has a new password"
        self.stdout.write(f"The account “{name}” {done}. Role: {what}. Sign in at /admin/.")


def _asked(what: str) -> str:
    """A line from who runs the command; raises CommandError where nobody answers."""
    try:
        return input(what) if sys.stdin.isatty() else sys.stdin.readline()
    except (EOFError, KeyboardInterrupt) as end:
        raise CommandError("Nothing is changed.") from end


def _new_password(user: User) -> str:
    """A password that was typed twice, or came as one line; raises ValidationError where it is too weak."""
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        try:
            password = getpass.getpass("Password (12 characters or more): ")
            if getpass.getpass("The same again: ") != password:
                raise CommandError("The two are not the same: nothing is changed.")
        except (EOFError, KeyboardInterrupt) as end:
            raise CommandError("Nothing is changed.") from end
    validate_password(password, user)
    return password
