"""The forms of signing in, django-allauth's own, with Readout's words at their fields."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as factors
from allauth.mfa.totp import forms as totp
from django.utils.translation import gettext_lazy as _

_LABELS = {
    "login": _("Username"),
    "password": _("Password"),
    "oldpassword": _("Password until now"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
    "email": _("Mail address of your account"),
    "code": _("Code"),
}
_HELP = {
    "password1": _("Twelve characters or more; no common password, not figures alone, nothing like your name."),
}


class _InOurWords:
    """Each field with its label and, where there is one, its sentence; nothing is said twice in a placeholder."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = _LABELS.get(name, field.label)
            field.help_text = _HELP.get(name, field.help_text)
            field.widget.attrs.pop("placeholder", None)


class LoginForm(_InOurWords, account.LoginForm):
    pass


class ReauthenticateForm(_InOurWords, account.ReauthenticateForm):
    pass


class ChangePasswordForm(_InOurWords, account.ChangePasswordForm):
    pass


class SetPasswordForm(_InOurWords, account.SetPasswordForm):
    pass


class ResetPasswordForm(_InOurWords, account.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(_InOurWords, account.ResetPasswordKeyForm):
    pass


class AuthenticateForm(_InOurWords, factors.AuthenticateForm):
    pass


class ReauthenticateByCodeForm(_InOurWords, factors.ReauthenticateForm):
    pass


class ActivateAppForm(_InOurWords, totp.ActivateTOTPForm):
    pass
