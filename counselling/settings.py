"""One settings module for demo, tests and production; what differs is read from the environment.

Production is the default and has no default for any secret.
"""

from __future__ import annotations

import pathlib
import ssl
from typing import Any, Final
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from counselling import env
from counselling.local.cluster import default_urls
from counselling.local.languages import translated
from counselling.wire import Cursor

BASE_DIR: Final = pathlib.Path(__file__).resolve().parent.parent
MODE: Final = env.text("COUNSELLING_MODE", "production")
PROCESS: Final = env.text("COUNSELLING_PROCESS", "command")
if MODE not in {"production", "demo", "test"}:
    raise ImproperlyConfigured("COUNSELLING_MODE is production, demo or test.")
AT_HOME: Final = MODE in {"demo", "test"}
DEMO: Final = MODE == "demo"
DATA: Final = env.path("COUNSELLING_DATA", BASE_DIR / ".local")
SECRETS: Final = env.path("COUNSELLING_SECRETS", DATA / "secrets")

DEBUG = False
SECRET_KEY = env.text("SECRET_KEY", "of no use outside tests" if MODE == "test" else None)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,testserver" if AT_HOME else "")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
BASE_URL = env.text("BASE_URL", "http://127.0.0.1:8000" if AT_HOME else None)
# clients' own host name, which says nothing of the practice; empty: one host for all
PORTAL_HOST = env.text("PORTAL_HOST", "")
if PORTAL_HOST:
    ALLOWED_HOSTS.append(urlsplit(f"//{PORTAL_HOST}").hostname or PORTAL_HOST)
PORTAL_URL = f"{urlsplit(BASE_URL).scheme}://{PORTAL_HOST}" if PORTAL_HOST else BASE_URL.rstrip("/")
# planting a fictional past needs a given clock; nobody else may turn the clock
GIVEN_CLOCK_ALLOWED = MODE == "test" or (DEMO and PROCESS == "plant")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "counselling",
    "counselling.vault",
    "counselling.accounts",
    "counselling.local",
    "audit",
    "clients",
    "consent",
    "records",
]

MIDDLEWARE = [
    # headers first: files and errors of what comes below carry them too
    "django.middleware.security.SecurityMiddleware",
    "counselling.middleware.request_id",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "counselling.middleware.plain_text",
    "counselling.doors.HostMiddleware",
    "counselling.doors.known_browser",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "counselling.middleware.WhoMiddleware",
    "counselling.middleware.session_limits",
    "counselling.middleware.page_language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "counselling.middleware.DeviceMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "counselling.middleware.ActorMiddleware",
]

ROOT_URLCONF = "counselling.urls"
WSGI_APPLICATION = "counselling.wsgi.application"
APPEND_SLASH = False
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "counselling.views.surroundings.surroundings",
            ],
        },
    },
]

# -- databases: a process is given only the connections it needs -------------------------------

_NAMES: Final = {
    "default": "DATABASE_URL",
    "owner": "DATABASE_OWNER_URL",
    "sealer": "DATABASE_SEALER_URL",
    "keys": "KEYS_DATABASE_URL",
}
_given: Final = {name: env.text(name, "") for name in (*_NAMES.values(), "BROKER_URL")}
_urls: Final = (
    default_urls(DATA)
    if AT_HOME and not any(_given.values())
    else {k: v for k, v in _given.items() if v}
)
for _needed in ("DATABASE_URL", "KEYS_DATABASE_URL", "BROKER_URL"):
    if _needed not in _urls:
        raise ImproperlyConfigured(
            f"{_needed} is not set. Set DATABASE_URL, KEYS_DATABASE_URL and BROKER_URL together."
        )


_DJANGO_S: Final = frozenset({"dbname", "user", "password", "host", "port"})


def _database(url: str, *, pooled: bool = False) -> dict[str, Any]:
    parts = conninfo_to_dict(url)
    # what is not Django's is libpq's: TLS and whom to believe, where to look for the host
    options: dict[str, Any] = {k: v for k, v in parts.items() if k not in _DJANGO_S}
    options["connect_timeout"] = 5
    options["cursor_factory"] = Cursor
    if pooled:
        options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 2}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts["dbname"],
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": parts.get("port", ""),
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 0 if pooled else None,
        "OPTIONS": options,
        "TEST": {"NAME": parts["dbname"]},
    }


_pooled: Final = PROCESS == "web" and MODE != "test"
DATABASES = {
    alias: _database(_urls[name], pooled=_pooled and alias in {"default", "keys"})
    for alias, name in _NAMES.items()
    if name in _urls
}
if PROCESS == "plant" and DEMO:
    # events of a fictional past carry a given clock, which only the owner may write
    DATABASES["default"] = DATABASES["owner"] | {"TEST": {}}
DATABASE_ROUTERS = ["counselling.vault.router.KeysRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- keys and witnesses ------------------------------------------------------------------------

KEK_PROVIDER = env.text("KEK_PROVIDER", "file")
KEK = env.text("COUNSELLING_KEK", "") if KEK_PROVIDER == "environment" else ""
KEK_FILE = env.path("KEK_FILE_PATH", SECRETS / "kek")
CHECKPOINT_KEY_FILE = env.path("CHECKPOINT_KEY_FILE_PATH", SECRETS / "checkpoint.key")
CHECKPOINT_PUBLIC_FILE = env.path("CHECKPOINT_PUBLIC_FILE_PATH", SECRETS / "checkpoint.pub")
PRACTICE_KEY_FILE = env.path("PRACTICE_KEY_FILE_PATH", SECRETS / "practice.key")
PRACTICE_CERTIFICATE_FILE = env.path("PRACTICE_CERTIFICATE_FILE_PATH", SECRETS / "practice.crt")
WITNESS_FILE = env.path("WITNESS_FILE", DATA / "witness" / "checkpoints")
# how many years the log is kept at least; no less than six (45 CFR 164.316), says a check
LOG_KEPT_YEARS = env.number("LOG_KEPT_YEARS", 10)
# how often the sealer has all of the log verified; 0 where somebody else sees to it
VERIFY_EVERY_SECONDS = env.number("VERIFY_EVERY_SECONDS", 24 * 3600)
# how often it looks at what is new
LOOK_EVERY_SECONDS = env.between("LOOK_EVERY_SECONDS", 3600, 60, 24 * 3600)
# so long after a finding it is looked for again before it stops disclosures
VERIFY_AGAIN_SECONDS = env.between("VERIFY_AGAIN_SECONDS", 0 if MODE == "test" else 10, 0, 600)
# who is mailed a checkpoint a day, outside this practice's machines; empty: nobody
WITNESS_MAIL = env.text("WITNESS_MAIL", "")

# -- sign-in -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["counselling.accounts.backends.SignInBackend"]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "home"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "counselling.accounts.passwords.GuessableValidator"},
]
IDLE_STAFF_SECONDS = env.number("IDLE_STAFF_SECONDS", 15 * 60)
IDLE_CLIENT_SECONDS = env.number("IDLE_CLIENT_SECONDS", 10 * 60)
ABSOLUTE_SECONDS = env.number("ABSOLUTE_SECONDS", 12 * 3600)
# how often one person may ask for what costs much, in ten minutes (WH-09)
IN_TEN_MINUTES = {
    "documents": env.number("LIMIT_DOCUMENTS", 120),
    "previews": env.number("LIMIT_PREVIEWS", 60),
    "letters": env.number("LIMIT_LETTERS", 60),
    "references": env.number("LIMIT_REFERENCES", 60),
    "names": env.number("LIMIT_NAMES", 120),
    "searches": env.number("LIMIT_SEARCHES", 60),
    "exports": env.number("LIMIT_EXPORTS", 60),
}
# how long a recipient's link leads somewhere, and how often it opens; the database holds the most
SHARE_LINK_DAYS = env.between("SHARE_LINK_DAYS", 14, 1, 60)
SHARE_LINK_OPENINGS = env.between("SHARE_LINK_OPENINGS", 5, 1, 20)
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = ABSOLUTE_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "counselling.views.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# -- the browser -------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        "camera", "microphone", "geolocation", "payment", "usb", "display-capture", "midi",
        "accelerometer", "gyroscope", "magnetometer", "fullscreen", "autoplay",
    )
}  # fmt: skip
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_SSL_REDIRECT = not AT_HOME
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
BEHIND_TLS_PROXY = env.flag("BEHIND_TLS_PROXY", default=False)
# how many proxies of ours add to X-Forwarded-For; what stands before their words anybody can write
PROXIES = env.number("PROXIES", 1 if BEHIND_TLS_PROXY else 0)
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
FILE_UPLOAD_HANDLERS = ["counselling.papers.Papers"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if MODE == "production"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = AT_HOME

# English is written where it is shown; another language is a folder with its words for it
LANGUAGE_CODE = "en-gb"
LOCALE_PATHS = [env.path("LOCALE_FOLDER", BASE_DIR / "locale")]
LANGUAGES = [
    (LANGUAGE_CODE, "English"),
    *((code, LANG_INFO[code]["name_local"]) for code in translated(LOCALE_PATHS[0])),
]
TIME_ZONE = env.text("TIME_ZONE", "Europe/Berlin")
USE_TZ = True
# the age at which a client decides alone, whatever was recorded before (AC-13)
MAJORITY_YEARS = env.number("MAJORITY_YEARS", 18)
# how long a recipient's address is taken for theirs once somebody made sure; two years at most
VERIFIED_ADDRESS_DAYS = min(env.number("VERIFIED_ADDRESS_DAYS", 365), 730)
# a programme that 42 CFR part 2 covers: everything it shares says so (DS-02)
FEDERALLY_ASSISTED_SUD = env.flag("FEDERALLY_ASSISTED_SUD", default=False)
USE_I18N = True

# -- mail: the edge of the world ---------------------------------------------------------------

OUTBOX: Final = DATA / "outbox"
EMAIL_BACKEND = {
    "production": "django.core.mail.backends.smtp.EmailBackend",
    "demo": "django.core.mail.backends.filebased.EmailBackend",
    "test": "django.core.mail.backends.locmem.EmailBackend",
}[MODE]
if PROCESS == "plant" and DEMO:
    EMAIL_BACKEND = "counselling.local.practice.post.DatedOutbox"
EMAIL_FILE_PATH = OUTBOX
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "Messages <messages@localhost>" if AT_HOME else None)
EMAIL_HOST = env.text("MAIL_HOST", "localhost")
EMAIL_PORT = env.number("MAIL_PORT", 25)
EMAIL_HOST_USER = env.text("MAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("MAIL_PASSWORD", "")
EMAIL_USE_TLS = env.flag("MAIL_TLS", default=True)
EMAIL_TIMEOUT = 10
# the host of a gateway that sends what is mailed to NUMBER@HOST as a text message; none: no texts
TEXT_GATEWAY = env.text("TEXT_GATEWAY", "texts.localhost" if AT_HOME else "")

# -- later work: lose nothing (LIBRARIES.md, "Celery settings to use") -------------------------

_broker: Final = _urls["BROKER_URL"]
if _broker.startswith("pgmq"):
    CELERY_BROKER_URL = "pgmq://localhost"  # a name, or each process warns that it took one
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        # word by word: the client reads an address only in part and would lose the socket's folder
        "conn_string": make_conninfo("", **conninfo_to_dict("postgresql" + _broker[4:])),
        "init_extension": False,
        "visibility_timeout": 900,
        "polling_interval": 0.05,
        "pool_size": 4,
        "pool_timeout": 2,  # no page waits longer for a broker that is away: the sweep sends again
        "use_notify": True,
        "wait_time_seconds": 0,
    }
else:
    CELERY_BROKER_URL = _broker
    CELERY_BROKER_TRANSPORT_OPTIONS = {"confirm_publish": True}
    CELERY_TASK_DEFAULT_QUEUE_TYPE = "quorum"
    if _broker.startswith("amqps:"):
        CELERY_BROKER_USE_SSL = {
            "ca_certs": str(env.path("BROKER_CA_PATH", SECRETS / "servers.crt")),
            "cert_reqs": ssl.CERT_REQUIRED,
        }
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
CELERY_WORKER_MAX_TASKS_PER_CHILD = 100
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"

# -- logs: ids and codes only ------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "ids": {"()": "counselling.logs.Readable" if AT_HOME else "counselling.logs.IdsOnly"}
    },
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "ids"}},
    "root": {"handlers": ["out"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": ["out"], "level": "WARNING", "propagate": False},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "pyhanko": {"level": "ERROR"},
        "pyhanko_certvalidator": {"level": "ERROR"},
        # its lines are all arguments, which are never written: "Task %(name)s succeeded"
        "celery": {"level": "WARNING"},
    },
}

SILENCED_SYSTEM_CHECKS: list[str] = []
TEST_RUNNER = "django.test.runner.DiscoverRunner"
