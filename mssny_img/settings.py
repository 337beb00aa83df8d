"""One settings file for every installation.

Production reads everything from the environment and refuses to start when something is missing.
LOCAL=1 fills in what a person trying the portal on their own machine does not want to choose.
"""

import secrets
import sys
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

LOCAL = env.bool("LOCAL", default=False)
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
DEBUG = env.bool("DEBUG", default=False)

REQUIRED_IN_PRODUCTION = {
    "SECRET_KEY": "a long random text that only this installation knows",
    "DATABASE_URL": "postgres://user:password@host:5432/name",
    "REDIS_URL": "redis://host:6379/0",
    "ALLOWED_HOSTS": "the site's host names, separated by commas",
    "EMAIL_URL": "smtp+tls://user:password@host:587",
}
_missing = [name for name in REQUIRED_IN_PRODUCTION if not env.str(name, default="")]
if _missing and not LOCAL:
    _wanted = "; ".join(f"{name} ({REQUIRED_IN_PRODUCTION[name]})" for name in _missing)
    sys.exit(f"The portal cannot start. Set {_wanted}. To try it on your own machine, set LOCAL=1 or use: make run")


def _local_secret_key() -> str:
    """Kept in a file, so that a restart does not sign everybody out."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", default="") or _local_secret_key()
# After a change of the key: the old ones, because second factors are encrypted with it.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[]) or ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [] if LOCAL else [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS if host != "*"]

# ------------------------------------------------------------------------------------------------ what is installed
INSTALLED_APPS = [
    "audit",
    "facts",
    "notices",
    "pagecache",
    "accounts",
    "content",
    "credentialing",
    "mentoring",
    # The staff desk; it lets nobody in without a second factor.
    "mssny_img.apps.StaffDesk",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
    "simple_history",
]

MIDDLEWARE = [
    "audit.request.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "mssny_img.middleware.FixedHeaders",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pagecache.middleware.PublicPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "mssny_img.middleware.SignInFirst",
    "content.middleware.MovedPages",
]

ROOT_URLCONF = "mssny_img.urls"
WSGI_APPLICATION = "mssny_img.wsgi.application"
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
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# ------------------------------------------------------------------------------------------------ data
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = 300
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# ------------------------------------------------------------------------------------------------ tasks
CELERY_BROKER_URL = REDIS_URL or "memory://"
# Without Redis, beat runs each task itself: one process and no server, for a person's own machine.
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# Redis hands out the lowest number first: a morning's thousand digests delay neither the heartbeat nor an urgent mail.
CELERY_TASK_ROUTES = {name: {"priority": 6} for name in ("notices.tasks.send_to", "notices.tasks.send_waiting")}
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 600, "unacked_restore_interval": 10, "unacked_restore_throttle": 1} if REDIS_URL else {}
)
CELERY_TIMEZONE = "America/New_York"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")

# ------------------------------------------------------------------------------------------------ people
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.CodesOnly"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/my/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.allauth_adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_MAX_EMAIL_ADDRESSES = 2
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_FORMS = {
    "login": "accounts.allauth_forms.SignInForm",
    "signup": "accounts.allauth_forms.SignUpForm",
    "confirm_login_code": "accounts.allauth_forms.SignInCodeForm",
    "confirm_email_verification_code": "accounts.allauth_forms.AddressCodeForm",
    "add_email": "accounts.allauth_forms.AddAddressForm",
}
# Kept in the cache. A whole hospital may share one address of the network, so only the limits per mail address are low.
ACCOUNT_RATE_LIMITS = {
    "login": "30/10m/ip,100/h/ip",
    "request_login_code": "3/5m/key,10/h/key",
    "signup": "20/10m/ip,60/h/ip",
    "confirm_email": "1/10s/key,8/h/key",
    "login_failed": "20/5m/ip,5/5m/key",
    "reauthenticate": "10/5m/user",
    "manage_email": "20/5m/user",
}
MFA_ADAPTER = "accounts.allauth_adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "MSSNY IMG portal"
# One code before and one after: clocks differ, and people type slowly.
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL
MFA_FORMS = {
    "authenticate": "accounts.allauth_forms.SecondStepForm",
    "reauthenticate": "accounts.allauth_forms.SecondStepAgainForm",
    "activate_totp": "accounts.allauth_forms.AppCodeForm",
    "add_webauthn": "accounts.allauth_forms.AddPasskeyForm",
    "edit_webauthn": "accounts.allauth_forms.RenamePasskeyForm",
}

# ------------------------------------------------------------------------------------------------ words, time, mail
LANGUAGE_CODE = "en-us"
TIME_ZONE = "America/New_York"
USE_I18N = True
USE_TZ = True
DATE_FORMAT = "j F Y"
FORMAT_MODULE_PATH = ["mssny_img.formats"]
if env.str("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(VAR_DIR / "mail")
# Seconds. A mail server that hangs must not hold a worker for ever.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="MSSNY IMG portal <portal@localhost>")
SITE_URL = env.str("SITE_URL", default="http://localhost:8000" if LOCAL else f"https://{ALLOWED_HOSTS[0]}").rstrip("/")

# How long a mail belongs to the worker that took it, in seconds.
NOTICES_LEASE_SECONDS = env.int("NOTICES_LEASE_SECONDS", default=600)

# The provider's reports of bounces come to /anymail/<provider>/tracking/, with this secret.
ANYMAIL = {"WEBHOOK_SECRET": env.str("ANYMAIL_WEBHOOK_SECRET", default="")}
if ANYMAIL["WEBHOOK_SECRET"]:
    INSTALLED_APPS.append("anymail")

# ------------------------------------------------------------------------------------------------ files
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# ------------------------------------------------------------------------------------------------ safety
_POLICY_SELF = ["'self'"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": _POLICY_SELF,
        "style-src": _POLICY_SELF,
        "img-src": _POLICY_SELF,
        "connect-src": _POLICY_SELF,
        "font-src": _POLICY_SELF,
        "form-action": _POLICY_SELF,
        "manifest-src": _POLICY_SELF,
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
if not LOCAL:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 * 2
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
# How many proxies of the society's own stand before the site; 0 means a visitor's address is the connection's own.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# ------------------------------------------------------------------------------------------------ the portal's own
# Seconds a content delivery network may serve a public page without asking; browsers always ask.
CDN_SECONDS = env.int("CDN_SECONDS", default=0)
# False only where one person is the whole editorial staff: that person then approves alone, with a written reason.
TWO_PERSON_REVIEW = env.bool("TWO_PERSON_REVIEW", default=True)
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "mssny_img.logs.AddRequestId"}},
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {"()": "mssny_img.logs.Json"},
    },
    "handlers": {
        "out": {"class": "logging.StreamHandler", "formatter": "line" if LOCAL else "json", "filters": ["request_id"]}
    },
    "root": {"handlers": ["out"], "level": env.str("LOG_LEVEL", default="WARNING" if LOCAL else "INFO")},
}
