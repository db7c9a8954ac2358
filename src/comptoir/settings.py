"""What Django needs to know, taken from the environment; `comptoir check` explains each name.

| variable | meaning | default |
| --- | --- | --- |
| `COMPTOIR_DATA_DIR` | keys and the embedded database | `/var/lib/comptoir` for root, else `~/.local/share/comptoir` |
| `COMPTOIR_DATABASE_URL` | a PostgreSQL of your own | the embedded one |
| `COMPTOIR_MASTER_KEY` | key of stored credentials and log-ins | `master.key` in the data folder |
| `COMPTOIR_URL` | address people use, for links and allowed hosts | `http://127.0.0.1:8700` |
| `COMPTOIR_EVENTS_URL` | address of the event stream | the port after the pages' |
| `COMPTOIR_TRUSTED_PROXY_COUNT` | reverse proxies in front, whose `X-Forwarded-For` is believed | 0 |
| `COMPTOIR_PRIVATE_HOSTS` | hosts of one's own that alerts may go to, such as `chat.lan:8065` | none |
| `COMPTOIR_POOLER` | `1` when the database is reached through a transaction pooler: no prepared statements | off |
| `COMPTOIR_DEMO` | `1` in the demo: time can be moved | off |
"""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from psycopg.conninfo import conninfo_to_dict

from comptoir.storage.places import data_dir as _data_dir
from comptoir.storage.secrets import master_keys

DATA_DIR: Path = _data_dir(os.environ)
DEBUG = False
MASTER_KEYS = master_keys(DATA_DIR)
SECRET_KEY = base64.b64encode(
    hashlib.sha256(b"comptoir/django/" + MASTER_KEYS[0].encode()).digest()
).decode()
SECRET_KEY_FALLBACKS = [
    base64.b64encode(hashlib.sha256(b"comptoir/django/" + key.encode()).digest()).decode()
    for key in MASTER_KEYS[1:]
]

URL = os.environ.get("COMPTOIR_URL", "http://127.0.0.1:8700").rstrip("/")
_host = urlsplit(URL).hostname or "127.0.0.1"
_port = urlsplit(URL).port
EVENTS_URL = os.environ.get("COMPTOIR_EVENTS_URL") or (
    f"{urlsplit(URL).scheme}://{_host}:{_port + 1}/events" if _port else f"{URL}/events"
)
PRIVATE_HOSTS = frozenset(
    name.strip().lower()
    for name in os.environ.get("COMPTOIR_PRIVATE_HOSTS", "").split(",")
    if name.strip()
)
IS_DEMO = os.environ.get("COMPTOIR_DEMO") == "1"
ALLOWED_HOSTS = [_host, "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [URL]


def _database() -> dict[str, Any]:
    given = os.environ.get("COMPTOIR_DATABASE_URL") or os.environ.get("COMPTOIR_CONNINFO", "")
    parts = {key: str(value) for key, value in conninfo_to_dict(given).items()}
    named = {key: parts.pop(key, "") for key in ("dbname", "host", "port", "user", "password")}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": named["dbname"] or "comptoir",
        "HOST": named["host"],
        "PORT": named["port"],
        "USER": named["user"],
        "PASSWORD": named["password"],
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **parts,
            "prepare_threshold": None if os.environ.get("COMPTOIR_POOLER") == "1" else 5,
            "pool": {
                "min_size": 1,
                "max_size": int(os.environ.get("COMPTOIR_POOL_SIZE", "8")),
                "timeout": 10,
                "max_lifetime": 3600,
            },
        },
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
    "comptoir.storage",
    "comptoir.merchant",
    "comptoir.orders",
    "comptoir.replies",
    "comptoir.sla",
    "comptoir.tickets",
    "comptoir.inbox",
    "comptoir.alerts",
    "comptoir.web",
]

MIDDLEWARE = [
    "comptoir.web.assets.AssetsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "comptoir.web.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "comptoir.urls"
WSGI_APPLICATION = "comptoir.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [Path(__file__).parent / "web" / "pages"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "comptoir.web.templating.environment",
            "context_processors": ["comptoir.web.templating.shell"],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

AUTH_USER_MODEL = "merchant.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "comptoir.web.accounts.adapter.Accounts"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_ADAPTER = "comptoir.web.accounts.factors.Factors"
MFA_FORMS = {
    "authenticate": "comptoir.web.accounts.codes.Authenticate",
    "reauthenticate": "comptoir.web.accounts.codes.Reauthenticate",
}
MFA_TOTP_ISSUER = "Comptoir"
MFA_TOTP_TOLERANCE = 1  # telephones' clocks are seconds off, and people type slowly
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _host == "localhost"
USERSESSIONS_ADAPTER = "comptoir.web.accounts.trail.Sessions"
USERSESSIONS_TRACK_ACTIVITY = False
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("COMPTOIR_TRUSTED_PROXY_COUNT", "0"))
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "comptoir_session"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = URL.startswith("https://")
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "comptoir_csrf"
# behind a proxy that ends TLS; only believed where COMPTOIR_URL itself is https
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if URL.startswith("https://") else None
)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "worker-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF, EVENTS_URL],
        "frame-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}

# Failed log-ins are counted by allauth in Django's cache, and codes that were used are kept there.
# In memory each process would count for itself, and a code would work once a process; another
# service only for this is not worth it. Only log-ins read this table, pages never do.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "storage_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
CSRF_FAILURE_VIEW = "comptoir.web.accounts.views.refusals.form_too_old"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("de", "Deutsch")]
LOCALE_PATHS = [Path(__file__).parent / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_IMPORT_PATHS = ["comptoir.schedule"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "comptoir.storage.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("COMPTOIR_LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
        "psycopg.pool": {"level": "ERROR"},
        "httpx": {"level": "WARNING"},  # it logs addresses, and those of chat rooms are secrets
        "httpcore": {"level": "WARNING"},
    },
}
