"""Readout's settings. The environment is read here and nowhere else.

With no variable set everything works on this machine alone: a key made once, an SQLite file, no debug
pages. README, "Configuration", lists the variables.
"""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent


# The environment -----------------------------------------------------------------------------------------


def _text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def _flag(name: str, default: bool) -> bool:
    value = _text(name).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        raise ImproperlyConfigured(f"{name} is {value!r}: it wants on or off.")
    return default


def _list(name: str) -> list[str]:
    return [part for part in _text(name).replace(",", " ").split() if part]


def _number(name: str, default: int) -> int:
    value = _text(name) or str(default)
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} is {value!r}: it wants a whole number, 0 or more.")
    return int(value)


def _address(name: str) -> str:
    value = _text(name).rstrip("/")
    if value and not value.startswith(("http://", "https://")):
        raise ImproperlyConfigured(f"{name} is {value!r}: it wants an address that begins with https://.")
    return value


def _local_secret_key() -> str:
    """The key of a machine where nothing is set: made once, kept in a file that only its owner reads."""
    path = BASE_DIR / ".secret-key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_text(encoding="ascii").strip()
        if not key:
            raise ImproperlyConfigured(f"{path.name} is empty: delete it, and a new one is made.") from None
        return key
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        key = get_random_secret_key()
        file.write(key)
    return key


SECRET_KEY = _text("SECRET_KEY")
PRODUCTION = bool(SECRET_KEY)
if not PRODUCTION:
    for name in ("DATABASE_URL", "ALLOWED_HOSTS"):
        if _text(name):
            raise ImproperlyConfigured(
                f"{name} is set and SECRET_KEY is not. Set SECRET_KEY to a long random text that you keep to"
                " yourself, for instance what `python -c 'import secrets; print(secrets.token_urlsafe(50))'`"
                " prints."
            )
    SECRET_KEY = _local_secret_key()

DEBUG = _flag("DEBUG", default=False)
ALLOWED_HOSTS = _list("ALLOWED_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = _list("CSRF_TRUSTED_ORIGINS")

# Where the site is reached from outside, e.g. https://readout.example; empty: the request's own host.
SITE_URL = _address("SITE_URL")
# Where "Report an error" leads: a mail address or a web address; empty: no such link.
CONTACT = _text("CONTACT")
SOURCE_URL = _address("SOURCE_URL")


# Application ---------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "timeline.apps.TimelineConfig",
    "timeline.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "timeline.http.PublicPages",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "timeline.sessions.EndedSessions",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "timeline.site.site",
            ],
        },
    },
]


# Database ------------------------------------------------------------------------------------------------

try:
    DATABASES = {"default": dj_database_url.parse(_text("DATABASE_URL") or f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
except ValueError as error:
    raise ImproperlyConfigured(f"DATABASE_URL wants sqlite:///... or postgres://... ({error})") from error
_database = DATABASES["default"]
_pool = _number("DATABASE_POOL", default=0)
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # Readers never wait for a writer (WAL); a writer takes its lock at the start of its transaction, so that
    # two of them queue instead of failing half-way. Django switches foreign keys on by itself.
    _database["CONN_MAX_AGE"] = None  # opening the file takes longer than most answers
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
elif _database["ENGINE"] == "django.db.backends.postgresql":
    # Each thread keeps its connection, and looks whether it still stands before a page is made with it.
    _database["CONN_MAX_AGE"] = None
    _database["CONN_HEALTH_CHECKS"] = True
    _database["OPTIONS"] = {"connect_timeout": 5, **_database.get("OPTIONS", {})}
    if _pool:
        # Or the threads of a process share so many, and each gives its own back behind every page.
        _database["CONN_MAX_AGE"] = 0
        _database["OPTIONS"]["pool"] = {"min_size": 1, "max_size": _pool, "timeout": 10}
else:
    raise ImproperlyConfigured("DATABASE_URL wants sqlite:///... or postgres://...")
if _pool and _database["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_POOL is set: it is for PostgreSQL alone.")

# Where a large index is kept between two starts; empty: nowhere; unset (None): beside the SQLite file, or else in the
# directory, which is made, under a name that tells one database from another.
INDEX_SNAPSHOT = os.environ.get("INDEX_SNAPSHOT")
INDEX_DIRECTORY = BASE_DIR / ".index"

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


# Made pages ----------------------------------------------------------------------------------------------

# For so many seconds a CDN may answer without asking; 0: everyone always asks.
CDN_SECONDS = _number("CDN_SECONDS", default=0)
# What each process may keep in its own memory; a page takes 20 to 150 kB.
CACHE_MEGABYTES = _number("CACHE_MEGABYTES", default=64)
# Seconds that a worker with one thread may take for an answer before it is replaced; 0: as long as it takes.
REQUEST_SECONDS = _number("REQUEST_SECONDS", default=0)
CACHE_URL = _text("CACHE_URL")
if CACHE_URL:
    try:
        is_readable = urlsplit(CACHE_URL).scheme in {"redis", "rediss", "unix"} and urlsplit(CACHE_URL).port != 0
    except ValueError:
        is_readable = False
    if not is_readable:
        raise ImproperlyConfigured("CACHE_URL wants redis://host:6379/0, rediss://... or unix://...")
    if not find_spec("redis"):
        raise ImproperlyConfigured("CACHE_URL is set and Redis' client is missing: pip install 'redis>=5'.")
CACHES = {
    # Attempts to sign in, and codes that were used: what all processes and machines have to know of each other's. The
    # oldest go when there are too many, so there is room for more than anybody sends within a few minutes.
    "default": {
        "BACKEND": "timeline.attempts.Attempts",
        "LOCATION": "timeline_attempts",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "pages": {
        "BACKEND": "timeline.cache.Shared",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": "readout",
    }
    if CACHE_URL
    else {
        "BACKEND": "timeline.cache.Memory",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_BYTES": CACHE_MEGABYTES * 1024 * 1024},
    },
}


# Signing in ----------------------------------------------------------------------------------------------

HTTPS = PRODUCTION and _flag("HTTPS", default=True)
BEHIND_PROXY = _flag("BEHIND_PROXY", default=False)

AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
LOGOUT_REDIRECT_URL = "timeline"
ACCOUNT_ADAPTER = "timeline.accounts.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # nobody signs up; these are what an account has
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "login": "timeline.account_forms.LoginForm",
    "reauthenticate": "timeline.account_forms.ReauthenticateForm",
    "change_password": "timeline.account_forms.ChangePasswordForm",
    "set_password": "timeline.account_forms.SetPasswordForm",
    "reset_password": "timeline.account_forms.ResetPasswordForm",
    "reset_password_from_key": "timeline.account_forms.ResetPasswordKeyForm",
}
ACCOUNT_SESSION_REMEMBER = True  # sessions end by the two limits below, not with the browser's window
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "10/h/ip,3/h/key",
}
MFA_ADAPTER = "timeline.accounts.SecondFactors"
MFA_FORMS = {
    "authenticate": "timeline.account_forms.AuthenticateForm",
    "reauthenticate": "timeline.account_forms.ReauthenticateByCodeForm",
    "activate_totp": "timeline.account_forms.ActivateAppForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # a chief editor has made the account, and knows whose it is
MFA_TOTP_ISSUER = "Readout"
MFA_TOTP_TOLERANCE = 1  # clocks differ by half a minute
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
# The proxy before the site says who asks; what a client writes into the same header stands before that.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0

# Who may withdraw, merge and manage accounts signs in with a second factor.
SECOND_FACTOR = _flag("SECOND_FACTOR", default=HTTPS and not DEBUG)

SESSION_COOKIE_AGE = 60 * 60 * 24 * 7  # a session ends then whatever happens ...
SESSION_IDLE_SECONDS = 60 * 60 * 8  # ... and when nothing has been asked for so long
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24


# Mail: only for new passwords ----------------------------------------------------------------------------

EMAIL_URL = _text("EMAIL_URL")
if EMAIL_URL:
    try:
        _mail, EMAIL_PORT = urlsplit(EMAIL_URL), urlsplit(EMAIL_URL).port or 0
    except ValueError as error:
        raise ImproperlyConfigured(f"EMAIL_URL: {error}.") from error
    if _mail.scheme not in {"smtp", "smtps", "smtp+plain"} or not _mail.hostname:
        raise ImproperlyConfigured(
            "EMAIL_URL wants smtps://user:password@host (encrypted from the start), smtp://... (by STARTTLS) or"
            " smtp+plain://... (not at all, for a relay on this machine)."
        )
    EMAIL_HOST = _mail.hostname
    EMAIL_PORT = EMAIL_PORT or {"smtp": 587, "smtps": 465, "smtp+plain": 25}[_mail.scheme]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.scheme == "smtps", _mail.scheme == "smtp"
    EMAIL_TIMEOUT = 10
    DEFAULT_FROM_EMAIL = _text("MAIL_FROM")
    if "@" not in DEFAULT_FROM_EMAIL:
        raise ImproperlyConfigured("EMAIL_URL is set: MAIL_FROM wants the mail address that new passwords come from.")


# Language and time ---------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
TIME_ZONE = "UTC"
# With one language there is nothing to look up, and pages are made a fifth quicker.
USE_I18N = len(LANGUAGES) > 1
USE_TZ = True


# Static files --------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # In production `collectstatic` gives every file a name that changes with its content.
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
if not PRODUCTION:
    STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns of a directory that isn't there, on every start


# Security ------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "timeline.admin.unsaved.csrf_failure"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 15_000  # an event's form: 300 rows (MOST_ROWS) of each part, 45 values in the four
# Bytes of a form: 5,000 characters of Japanese take 45 kB as they are sent. A field's own limit then speaks.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"

# A site that answers to the world does so over HTTPS; HTTPS=off is for trying production on one machine.
if HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


# Log: one line a fault, to where the server writes ---------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
