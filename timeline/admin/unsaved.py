"""Forms that came when nobody was signed in any more: kept some days, and given back to the same editor alone.

Every form of the record says for whom it was made, signed and dated. What comes with such a word is kept for that
editor and nobody else; what comes without one is not. Nothing of it is written: it is shown again, to be saved.
"""

import re
from datetime import timedelta
from urllib.parse import urlencode

from django.apps import apps
from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.signing import BadSignature, TimestampSigner
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views import csrf

from timeline.models import Unsaved

from .writing import editor

FIELD = "made_for"  # says for whom a form was made
PARAMETER = "kept"  # of the address at which it is shown again
_KEPT_FOR = timedelta(days=3)  # over a weekend
_OPEN_FOR = timedelta(days=14)  # as long as a form may have stood open
_MOST = 20  # of one editor
_LONGEST_ADDRESS = 500
_OF_THE_FORM = ("_popup", "_to_field")  # what else begins with “_” is a button
_FROM_ELSEWHERE = ("Origin checking failed", "Referer checking failed")
_ROUTE = re.compile(r"admin:timeline_(?P<model>[a-z]+)_(?:add|change)")
_signer = TimestampSigner(salt="timeline.admin.unsaved")


def made_for(user: User) -> str:
    """What a form of theirs sends along."""
    return _signer.sign(str(user.pk))


def _owner(request: HttpRequest) -> int | None:
    try:
        return int(_signer.unsign(request.POST.get(FIELD, ""), max_age=_OPEN_FOR))
    except (BadSignature, ValueError):
        return None


def keep(request: HttpRequest, path: str = "") -> str:
    """Keep the form that was sent; gives the address that shows it again, or “” where nobody knows whose it is.

    `path` is where it is to be shown, where that is not where it was sent.
    """
    owner, noun = _owner(request), _noun(request)
    if owner is None or not noun or not User.objects.filter(pk=owner, is_active=True).exists():
        return ""
    values, query = request.POST.copy(), request.GET.copy()
    for name in list(values):
        if name in ("csrfmiddlewaretoken", FIELD) or (name.startswith("_") and name not in _OF_THE_FORM):
            del values[name]
    query.pop(PARAMETER, None)
    address = f"{path or request.path}?{query.urlencode()}".removesuffix("?")
    kept = {
        "address": address if len(address) <= _LONGEST_ADDRESS else path or request.path,
        "words": _words(noun, values),
        "values": values.urlencode(),
    }
    now = timezone.now()
    Unsaved.objects.filter(at__lt=now - _KEPT_FOR).delete()
    # What comes again, or comes twice, is kept once.
    again = Q(pk=_key(request), address__startswith=request.path) | Q(**kept)
    row = _of(owner).filter(again).first() or Unsaved(user_id=owner)
    for name, value in kept.items():
        setattr(row, name, value)
    row.at = now
    row.save()
    Unsaved.objects.filter(pk__in=list(_of(owner).values_list("pk", flat=True)[_MOST:])).delete()
    return address_of(row)


def _noun(request: HttpRequest) -> str:
    """What the form is of, as in “call”; “” where it is no form of the record."""
    route = _ROUTE.fullmatch(request.resolver_match.view_name) if request.resolver_match else None
    return str(apps.get_model("timeline", route["model"])._meta.verbose_name) if route else ""


def _words(noun: str, values: QueryDict) -> str:
    """“Call: They speak by telephone”."""
    typed = " ".join((values.get("title") or values.get("name") or "").replace("\x00", "").split())
    return capfirst(f"{noun}: {typed}" if typed else noun)[:200]


def _of(user: int) -> "QuerySet[Unsaved]":
    return Unsaved.objects.filter(user=user)


def _key(request: HttpRequest) -> str:
    return request.GET.get(PARAMETER, "").replace("\x00", "")


def address_of(row: Unsaved) -> str:
    """Where it is shown again."""
    joint = "&" if "?" in row.address else "?"
    return f"{row.address}{joint}{urlencode({PARAMETER: row.pk})}"


def of(user: User) -> list[Unsaved]:
    """What is kept for somebody, the newest first."""
    return list(_of(user.pk).filter(at__gte=timezone.now() - _KEPT_FOR))


def to_sign_in(request: HttpRequest, address: str) -> HttpResponse:
    """The way to what was kept, by signing in again."""
    messages.warning(
        request, _("You were no longer signed in. What you typed is kept: sign in, and it is shown again.")
    )
    return redirect_to_login(address, reverse("admin:login"))


def bring_back(request: HttpRequest) -> bool:
    """Let a form's GET show what was kept for who asks, as if it had just been sent to be looked at again.

    False, and nothing has changed, where there is nothing under this key for this editor and form.
    """
    row = _of(editor(request).pk).filter(pk=_key(request)).first()
    if row is None or row.address.partition("?")[0] != request.path or timezone.now() - row.at > _KEPT_FOR:
        return False
    _nothing = request.POST  # read once, so that it is not read anew under another method
    request.method = "POST"
    request.POST = QueryDict(row.values)
    request.readout_brought_back = True  # type: ignore[attr-defined]
    return True


def move(request: HttpRequest, path: str) -> str:
    """Let what was brought back be shown at another form; gives the address, or “” where nothing was."""
    row = _of(editor(request).pk).filter(pk=_key(request)).first()
    if row is None or not hasattr(request, "readout_brought_back"):
        return ""
    row.address = path
    row.save()
    return address_of(row)


def is_brought_back(request: HttpRequest) -> bool:
    """Whether what was sent is only to be shown again, and nothing of it written."""
    return "_bring_back" in request.POST or hasattr(request, "readout_brought_back")


def forget(user: User, key: str) -> None:
    """Let go of what has been saved, or is no longer wanted."""
    _of(user.pk).filter(pk=key.replace("\x00", "")).delete()


def forget_saved(request: HttpRequest) -> None:
    """Let go of what this request has just saved."""
    if PARAMETER in request.GET:
        forget(editor(request), _key(request))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token fits no longer, for somebody has signed in since: given back with a new one.

    It has to say for whom it was made, and to come from this site. Everything else is refused as ever.
    """
    if request.method == "POST" and not reason.startswith(_FROM_ELSEWHERE) and (address := keep(request)):
        if not request.user.is_authenticated:
            return to_sign_in(request, address)
        if request.user.pk == _owner(request):
            return HttpResponseRedirect(address)
    return csrf.csrf_failure(request, reason)
