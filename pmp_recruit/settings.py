"""One file of settings, read from the environment; ``docs/operations.md`` lists the variables.

Without any variable it is the embedded default: SQLite, Celery's filesystem broker, mail kept
on disk, files in a private folder, all under ``PMP_HOME`` (``./var``).
"""

import os
import re
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from pmp_recruit import brokerage, env, files, limits, logs, mail, production, seal, sweeps

BASE_DIR = Path(__file__).resolve().parent.parent
PMP_ENV = env.choice("PMP_ENV", ("development", "production"), "development")
PRODUCTION = PMP_ENV == "production"
PMP_HOME = Path(env.text("PMP_HOME", str(BASE_DIR / "var"))).resolve()
PMP_REHEARSAL = env.flag("PMP_REHEARSAL")
PMP_BASE_URL = env.text("PMP_BASE_URL", "http://127.0.0.1:8000").rstrip("/")

_DEVELOPMENT_KEY = "development-only-key-that-production-refuses-to-start-with"
SECRET_KEY = env.text("PMP_SECRET_KEY", _DEVELOPMENT_KEY)
DEBUG = env.flag("PMP_DEBUG")
ALLOWED_HOSTS = env.names("PMP_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver")
CSRF_TRUSTED_ORIGINS = [PMP_BASE_URL]

# --- data ---------------------------------------------------------------------------------
_database_url = env.text("PMP_DATABASE_URL", f"sqlite:///{PMP_HOME / 'db.sqlite3'}")
DATABASES: dict[str, Any] = {"default": dj_database_url.parse(_database_url)}
SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if SQLITE:
    # IMMEDIATE: a transaction that will write takes the write lock before it reads the clock.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.number("PMP_DATABASE_CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MEDIA_ROOT = PMP_HOME / "files"
STATIC_URL = "static/"
# Made from the code, not data: one copy serves every PMP_HOME of this checkout.
STATIC_ROOT = Path(env.text("PMP_STATIC_ROOT", str(BASE_DIR / "var" / "static")))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("vendor/bootstrap", str(distribution("bootstrap_wrapper").locate_file("bootstrap"))),
]
STORAGES = {
    "default": files.storage(env.text("PMP_FILES_URL", "file://")),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# A whole request. Above the largest document that a notice takes, so that the form itself can say which is too big.
PMP_MAX_BODY = 32 * 1024 * 1024
# Files that are looked into at once on one machine, each in a process that may take 768 MB.
PMP_INSPECTIONS = env.number("PMP_INSPECTIONS", 3, least=1)
# The virus scanner's daemon; empty: none is asked.
PMP_CLAMD = env.text("PMP_CLAMD")
if PMP_CLAMD and not re.fullmatch(r"unix://(/[^/].*)|tcp://[^/:]+:\d+", PMP_CLAMD):
    raise ImproperlyConfigured("PMP_CLAMD must be unix:///path/of/the/socket or tcp://host:port.")

# --- broker and worker ----------------------------------------------------------------------
PMP_BROKER_URL = env.text("PMP_BROKER_URL", "filesystem://")
CELERY_BROKER_URL = PMP_BROKER_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Letters have a queue of their own, so that closing at the deadline never waits behind a hundred of them.
# A worker started without -Q takes both. Two rehearsals on one Redis need two names.
PMP_QUEUE = env.text("PMP_QUEUE", "pmp")
CELERY_TASK_DEFAULT_QUEUE = PMP_QUEUE
CELERY_TASK_QUEUES = [Queue(PMP_QUEUE), Queue(f"{PMP_QUEUE}-notices")]
CELERY_TASK_ROUTES = {name: {"queue": f"{PMP_QUEUE}-notices"} for name in sweeps.SLOW}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(PMP_HOME / "celerybeat-schedule")
CELERY_BROKER_TRANSPORT_OPTIONS = brokerage.transport_options(PMP_BROKER_URL, PMP_HOME)
if PMP_BROKER_URL == "filesystem://":
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # each inquiry would leave a file behind
CELERY_BEAT_SCHEDULE = sweeps.SCHEDULE
CELERY_BEAT_SCHEDULER = "pmp_recruit.heartbeats:Scheduler"

LOGGING = logs.config(env.choice("PMP_LOGS", ("lines", "json"), "lines"))
# The word that a Prometheus says to read /metrics; empty: only the machine itself may.
PMP_METRICS_TOKEN = env.text("PMP_METRICS_TOKEN")
if PMP_METRICS_TOKEN and len(PMP_METRICS_TOKEN) < 32:
    raise ImproperlyConfigured("PMP_METRICS_TOKEN must be 32 random characters at least.")
# What `manage.py doctor` asks for the true time, host or host:port; empty: nobody.
PMP_NTP_SERVER = env.text("PMP_NTP_SERVER")
# The authority that the site's own certificate comes from, where the machine doesn't know it.
PMP_CA_FILE = env.text("PMP_CA_FILE")

# --- mail -----------------------------------------------------------------------------------
PMP_MAIL_URL = env.text("PMP_MAIL_URL", "disk://")
PMP_MAIL_DIR = PMP_HOME / "mail"
globals().update(mail.server(PMP_MAIL_URL))
EMAIL_TIMEOUT = env.number("PMP_MAIL_TIMEOUT", 20)
PMP_MAIL_PER_MINUTE = env.number("PMP_MAIL_PER_MINUTE", 0)  # 0: as fast as the server takes them
PMP_BOUNCES_URL = env.text(
    "PMP_BOUNCES_URL"
)  # imaps://user:password@host/INBOX, imap://, or maildir:///folder; empty: none
mail.check_box(PMP_BOUNCES_URL)
PMP_BOUNCES_SECRET = env.text("PMP_BOUNCES_SECRET")  # empty: no webhook
DEFAULT_FROM_EMAIL = env.text("PMP_MAIL_FROM", "Présidence du parquet général <recrutement@pmp.example>")
# What a candidate wrote that the evaluation keeps: part of the copy of their data.
PMP_DISCLOSED_ABOVE = ("evaluations.own_words.of_file",)
PMP_EVENTS_ABOVE = ("evaluations.showing.events",)
PMP_CONTACT_EMAIL = env.text("PMP_CONTACT_EMAIL", "recrutement@pmp.example")

# --- the journal ----------------------------------------------------------------------------
PMP_JOURNAL_ORIGIN = env.text("PMP_JOURNAL_ORIGIN", "pmp-recruit.example/registre")
PMP_JOURNAL_KEY = env.text("PMP_JOURNAL_KEY")  # Ed25519, PEM; empty: made once under PMP_HOME
PMP_SEAL = seal.from_environment(rehearsal=PMP_REHEARSAL)

# --- applications ---------------------------------------------------------------------------
INSTALLED_APPS = [
    "pmp_recruit.admin_apps.OwnAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "journal",
    "accounts",
    "notices",
    "postings",
    "applications",
    "evaluations",
    "rehearsal",
    "pmp_recruit",
]

MIDDLEWARE = [
    "pmp_recruit.middleware.request_log",
    "pmp_recruit.middleware.compress",
    "pmp_recruit.middleware.headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.last_seen",
    "accounts.middleware_staff.StaffSessions",
    "accounts.middleware.SecondFactor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "pmp_recruit.middleware.bounds",
    "pmp_recruit.middleware.StorageIsDown",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pmp_recruit.middleware.cancelled",
]

ROOT_URLCONF = "pmp_recruit.urls"
WSGI_APPLICATION = "pmp_recruit.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
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
                "pmp_recruit.context.site",
                "accounts.views_kept_words.page_author",
                "applications.context.last_hour",
                "rehearsal.context.banner",
            ],
            "builtins": ["pmp_recruit.templatetags.french"],
        },
    },
]

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- language and time ------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("français"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = ["pmp_recruit.formats"]
USE_TZ = True
TIME_ZONE = "Africa/Casablanca"

# --- people ---------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "accounts:home"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "notices.signin.CodeByMailAdapter"
ACCOUNT_FORMS = {
    "request_login_code": "accounts.signin.RequestCodeForm",
    "confirm_login_code": "accounts.signin.ConfirmCodeForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = limits.rates(rehearsal=PMP_REHEARSAL)
ACCOUNT_SESSION_REMEMBER = False
SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_AGE = 12 * 60 * 60
PMP_STAFF_IDLE_MINUTES, PMP_STAFF_SESSION_HOURS = limits.staff_sessions()
# A passkey is another key to the same door: it never opens more than the code does, and the code always remains.
MFA_ADAPTER = "accounts.passkeys.PasskeyAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
# A key that opens alone must know its person: an unlocked telephone left on a table is nobody.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG

CACHES = {"default": brokerage.cache(PMP_BROKER_URL, PMP_HOME)}

# --- security -------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = limits.CONTENT_SECURITY_POLICY
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "accounts.views_kept_words.csrf_failure"
_https = PMP_BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
if _https:
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
if env.flag("PMP_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

if PRODUCTION:
    production.refuse_unless(
        {
            "PMP_SECRET_KEY (or _FILE): 50 random characters at least": SECRET_KEY != _DEVELOPMENT_KEY
            and len(SECRET_KEY) >= 50,
            "PMP_JOURNAL_KEY (or _FILE): an Ed25519 private key in PEM": bool(PMP_JOURNAL_KEY),
            "PMP_SEAL_REQUIRED unset, or PMP_SEAL (or _FILE) given: a certificate": seal.is_there_if_required(PMP_SEAL),
            "PMP_DATABASE_URL (or _FILE): PostgreSQL": DATABASES["default"]["ENGINE"]
            == "django.db.backends.postgresql",
            "PMP_MAIL_URL (or _FILE): a mail server, not disk://": not PMP_MAIL_URL.startswith("disk:"),
            "PMP_BASE_URL: an address in https": _https,
            "PMP_ALLOWED_HOSTS: the public names": "PMP_ALLOWED_HOSTS" in os.environ and "*" not in ALLOWED_HOSTS,
            "PMP_REHEARSAL unset: a rehearsal moves the clock of record": not PMP_REHEARSAL,
            "PMP_DEBUG unset: it shows the inside to strangers": not DEBUG,
        }
    )
