"""Letters (e-mail) written in the transaction of the deed and sent after it by the worker.

Console by default; ``MAIL_URL`` = ``smtp://user:password@host:port`` (STARTTLS when offered) or ``smtps://...``.
"""

from __future__ import annotations

import smtplib
import ssl
import sys
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app
from sqlalchemy.orm import Mapped, mapped_column

from citizen_platform.core.database import Model, session, transaction
from citizen_platform.core.jobs import Running, enqueue, handles
from config import Settings, is_loopback


class Letter(Model):
    """One e-mail to one reader in their language; ``sent_at`` is empty until a server took it."""

    __tablename__ = "letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    to: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    written_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


def post(to: str, language: str, subject: str, body: str, *, now: datetime) -> Letter:
    """Put a letter in the outbox: it leaves after this transaction is committed.

    Raises ValueError for what is not one plain e-mail address.
    """
    address = to.strip()
    try:
        Address(addr_spec=address)
    except (HeaderParseError, ValueError, IndexError):
        raise ValueError("a letter needs one plain e-mail address") from None
    letter = Letter(
        to=address, language=language, subject=" ".join(subject.split()), body=body, written_at=now
    )
    session.add(letter)
    session.flush()
    enqueue("letters.send", {"letter": letter.id}, now=now, attempts=8)
    return letter


@handles("letters.send")
def send(run: Running, letter: int) -> None:
    """Hand one letter to the mail server; a letter already sent is left alone."""
    row = session.get(Letter, letter)
    if row is None or row.sent_at is not None:
        return
    settings: Settings = current_app.config["DOLEN"]
    message = written(row, urlsplit(settings.origin).hostname or "localhost")
    session.rollback()  # nothing is held open while the mail server thinks
    deliver(message, settings.mail_url)
    with transaction():
        session.get_one(Letter, letter).sent_at = datetime.now(UTC)


def written(letter: Letter, host: str) -> EmailMessage:
    """A letter as an e-mail. Its Message-ID stays the same when it has to be sent again."""
    message = EmailMessage(policy=SMTP)
    message["To"] = Address(addr_spec=letter.to)
    message["From"] = Address("Dolen", "dolen", host)
    message["Subject"] = letter.subject
    message["Date"] = letter.written_at
    message["Message-ID"] = f"<letter-{letter.id}-{int(letter.written_at.timestamp() * 1000)}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    message["Content-Language"] = letter.language
    return message


def deliver(message: EmailMessage, mail_url: str) -> None:
    """Send by the named server, or print on the console of the worker."""
    server = urlsplit(mail_url)
    if server.scheme == "console":
        head = "".join(f"{name}: {message[name]}\n" for name in ("To", "From", "Subject"))
        sys.stdout.write(f"\n--- e-mail ---\n{head}\n{message.get_content()}--- end ---\n")
        sys.stdout.flush()
        return
    host = server.hostname or "localhost"
    with connection_to(host, server.port or 0, encrypted=server.scheme == "smtps") as connection:
        if server.username:
            if not isinstance(connection.sock, ssl.SSLSocket) and not is_loopback(mail_url):
                raise smtplib.SMTPNotSupportedError(
                    "MAIL_URL has a password, and the server offers no encryption"
                )
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(message)


def connection_to(host: str, port: int, *, encrypted: bool) -> smtplib.SMTP:
    """A connection to a mail server, encrypted from the start or as soon as the server offers it.

    Its certificate must be right; only a server on this machine is spared the question.
    """
    if encrypted:
        return smtplib.SMTP_SSL(host, port, timeout=30, context=ssl.create_default_context())
    connection = smtplib.SMTP(host, port, timeout=30)
    connection.ehlo_or_helo_if_needed()
    if connection.has_extn("starttls") and not is_loopback(f"smtp://{host}"):
        connection.starttls(context=ssl.create_default_context())
    return connection


def init_app(app: Flask) -> None:
    """Refuse a mail address that names no known way of sending."""
    scheme = urlsplit(app.config["DOLEN"].mail_url).scheme
    if scheme not in {"console", "smtp", "smtps"}:
        raise ValueError(f"MAIL_URL: {scheme} is not a way to send; use smtp://, smtps:// or console:")
