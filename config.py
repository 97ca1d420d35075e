"""One frozen settings object, read from the environment.

Dolen is in production as soon as ``DOLEN_ORIGIN`` names anything but this machine. Without it only loopback hosts
are trusted, so that an installation cannot be put in public by accident with the conveniences of development.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
MEBIBYTE = 1024 * 1024


class UnsafeSettings(RuntimeError):
    """The environment asks for a production service with unsafe values; the message names each of them."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between installations. ``instance`` is the folder for local data.

    ``proxies`` is the number of trusted proxies in front, whose word on who asks is taken. Shown in a log, the settings
    keep what is secret in them to themselves.
    """

    instance: Path
    database_url: str = field(repr=False)
    redis_url: str | None = field(repr=False)
    secret_key: str = field(repr=False)
    origin: str
    mail_url: str = field(repr=False)
    proxies: int = 0

    @property
    def is_production(self) -> bool:
        """True when the public origin is not this machine."""
        return not is_loopback(self.origin)

    @property
    def trusted_hosts(self) -> list[str]:
        """Hosts a request may name (S16): the origin's, and in development the loopback names."""
        host = urlsplit(self.origin).netloc
        return [host] if self.is_production else [host, *LOOPBACK]

    def flask(self) -> dict[str, object]:
        """These settings in the names Flask and its extensions read."""
        prefix = "__Host-" if self.is_production else ""
        return {
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": engine_options(self.database_url),
            "TRUSTED_HOSTS": self.trusted_hosts,
            "PREFERRED_URL_SCHEME": urlsplit(self.origin).scheme,
            "SESSION_COOKIE_NAME": f"{prefix}dolen",
            "SESSION_COOKIE_SECURE": self.is_production,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "PERMANENT_SESSION_LIFETIME": 12 * 60 * 60,
            "MAX_CONTENT_LENGTH": 16 * MEBIBYTE,
            "MAX_FORM_MEMORY_SIZE": 4 * MEBIBYTE,
            "WTF_CSRF_TIME_LIMIT": None,
            "WTF_CSRF_SSL_STRICT": False,  # it wants a Referer, and our pages tell browsers to send none
            "DOLEN": self,
        }


def is_loopback(origin: str) -> bool:
    """True when an origin such as ``http://127.0.0.1:8000`` is this machine."""
    return urlsplit(origin).hostname in {"127.0.0.1", "localhost", "::1"}


def engine_options(url: str) -> dict[str, object]:
    """Engine settings for a database: SQLite waits for its writer, PostgreSQL connections are checked before use.

    What people wrote does not get into the log with an error.
    """
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 20}, "hide_parameters": True}
    return {"pool_pre_ping": True, "hide_parameters": True}


def development_key(instance: Path) -> str:
    """A secret of this installation's own, made once and kept in its instance folder, readable by its owner only.

    Processes that start at the same moment get the same one: it is linked into its place when it is complete.
    """
    path = instance / "secret_key"
    if not path.exists():
        descriptor, name = tempfile.mkstemp(dir=instance, prefix="secret_key.")  # mode 0600
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(name, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(name)
    return path.read_text()


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment (INTERFACES: configuration). Raises UnsafeSettings naming each unsafe value."""
    instance = Path(environ.get("DOLEN_INSTANCE") or Path(__file__).parent / "instance").resolve()
    instance.mkdir(parents=True, exist_ok=True)
    origin = (environ.get("DOLEN_ORIGIN") or f"http://127.0.0.1:{environ.get('PORT') or 8000}").rstrip("/")
    production = not is_loopback(origin)
    secret_key = environ.get("SECRET_KEY") or ("" if production else development_key(instance))
    settings = Settings(
        instance=instance,
        database_url=database_url(environ.get("DATABASE_URL") or f"sqlite:///{instance / 'dolen.sqlite3'}"),
        redis_url=environ.get("REDIS_URL") or None,
        secret_key=secret_key,
        origin=origin,
        mail_url=environ.get("MAIL_URL") or "console:",
        proxies=int(environ.get("DOLEN_PROXIES") or 0),
    )
    faults = unsafe_values(settings) if production else []
    if production and environ.get("FLASK_DEBUG", "").lower() not in {"", "0", "false", "no"}:
        faults.append("FLASK_DEBUG must not be set: its error pages run code for whoever asks")
    if faults:
        raise UnsafeSettings("Dolen will not start in production: " + "; ".join(faults) + ".")
    return settings


def database_url(url: str) -> str:
    """A database's address by the name SQLAlchemy knows: many hosts still say ``postgres://``."""
    return "postgresql://" + url.removeprefix("postgres://") if url.startswith("postgres://") else url


def unsafe_values(settings: Settings) -> list[str]:
    """What must change before these settings may serve the public, each with the name of its variable."""
    faults = []
    origin = urlsplit(settings.origin)
    if origin.scheme != "https":
        faults.append("DOLEN_ORIGIN must begin with https://")
    elif not origin.hostname or settings.origin != f"https://{origin.netloc}" or "@" in origin.netloc:
        faults.append("DOLEN_ORIGIN must be https:// and a host, and nothing after it")
    if len(settings.secret_key) < 32 or len(set(settings.secret_key)) < 10:
        faults.append("SECRET_KEY must be set to at least 32 random characters")
    if settings.mail_url.startswith("console"):
        faults.append("MAIL_URL must name a mail server (smtp://... or smtps://...)")
    return faults
