"""Accounts and how their owners sign in: what django-allauth is told of us, and who needs a second factor."""

from io import BytesIO
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathImage

from timeline import roles

# What a second factor can be; recovery codes only stand in for one.
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_POWERS = (roles.WITHDRAW, roles.MERGE, roles.MANAGE_ACCOUNTS)


class Accounts(DefaultAccountAdapter):
    """Nobody signs up: accounts are made by chief editors."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The name or the password is not right."),
        "too_many_login_attempts": _("Too many failed attempts. Wait a few minutes before you try again."),
        "account_inactive": _("This account is switched off: ask a chief editor."),
        "enter_current_password": _("That is not your password until now."),
        "incorrect_code": _("The code is not right, or has been used already."),
        "incorrect_password": _("The password is not right."),
        "invalid_password_reset": _("This link has been used, or is too old."),
        "rate_limited": _("Too many attempts. Wait a few minutes before you try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        words = {
            "reauthenticate": _("Your password"),
            "mfa_reauthenticate": _("A code of your app, or a recovery code"),
            "mfa_reauthenticate:webauthn": _("A passkey or security key"),
        }
        found: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [{**one, "description": words.get(one["id"], one["description"])} for one in found]


class SecondFactors(DefaultMFAAdapter):
    """The QR code is drawn into the page: no image from elsewhere, and none from a data address, is let in."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The code is not right, or has been used already."),
        "cannot_delete_authenticator": _("Your account needs a second factor: add another before you remove this one."),
        "cannot_generate_recovery_codes": _("Recovery codes stand in for a second factor: set one up first."),
    }

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        number: int = Authenticator.objects.filter(user=user.pk, type=type).count() + 1
        return f"{_t('Key')} {number}"

    def build_totp_svg(self, url: str) -> str:
        drawn = BytesIO()
        qrcode.make(url, image_factory=SvgPathImage).save(drawn)
        return drawn.getvalue().decode().partition("?>")[2].strip()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Who needs a second factor keeps at least one."""
        if authenticator.type not in SECOND_FACTORS or not needs_second_factor(authenticator.user):
            return True
        others = Authenticator.objects.filter(user=authenticator.user, type__in=SECOND_FACTORS)
        return bool(others.exclude(pk=authenticator.pk).exists())


def needs_second_factor(user: AbstractBaseUser | AnonymousUser | User) -> bool:
    """Whether the site asks for one of an account with this much power; see the setting SECOND_FACTOR."""
    return settings.SECOND_FACTOR and any(user.has_perm(power) for power in _POWERS)  # type: ignore[union-attr]


def lacks_second_factor(user: AbstractBaseUser | AnonymousUser | User) -> bool:
    """Whether somebody has to set one up before going on; one query where it is needed at all."""
    return needs_second_factor(user) and not is_mfa_enabled(user, SECOND_FACTORS)
