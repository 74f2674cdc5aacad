"""Settings: an SQLite file and a made-up payment processor, unless the environment says otherwise."""

import os
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "of a hotel that is made up")
DEBUG = os.environ.get("DJANGO_DEBUG", "1") == "1"
ALLOWED_HOSTS = os.environ.get("DJANGO_ALLOWED_HOSTS", "127.0.0.1,localhost").split(",")

INSTALLED_APPS = ["django.contrib.staticfiles", "frontdesk"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "seaside.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
STATIC_URL = "static/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Europe/Sofia"  # that of autopilot.toml; a system check compares them


def postgresql(address: str) -> dict[str, Any]:
    """Return what Django wants to know of ``postgresql://user:password@host/database``."""
    url = make_url(address)
    parts = {"NAME": url.database, "USER": url.username, "PASSWORD": url.password, "HOST": url.host, "PORT": url.port}
    engine = {"ENGINE": "django.db.backends.postgresql", "OPTIONS": dict(url.query)}
    return engine | {name: part or "" for name, part in parts.items()}


def sqlite(file: Path) -> dict[str, Any]:
    """Return a database in a file, whose transactions wait for their turn before they read (IMMEDIATE)."""
    options = {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": "PRAGMA journal_mode=WAL"}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": file, "OPTIONS": options}


# hotelpay's ledger commits on a connection of its own, so that a claim outlives whatever we roll back. PostgreSQL
# holds both side by side. An SQLite file has one writer at a time: in one file the ledger would wait for a
# transaction of ours that waits for the ledger. So there it is a second file; copy and restore both together.
_POSTGRESQL = os.environ.get("HOTEL_POSTGRESQL")
DATABASES = {"default": postgresql(_POSTGRESQL) if _POSTGRESQL else sqlite(BASE_DIR / "hotel.sqlite3")}
HOTELPAY_LEDGER = _POSTGRESQL or BASE_DIR / "ledger.sqlite3"
HOTELPAY_SETUP = BASE_DIR / "autopilot.toml"
#: Called without arguments, it returns the payment gateway.
HOTELPAY_GATEWAY = os.environ.get("HOTELPAY_GATEWAY", "frontdesk.autopilot.sandbox")
