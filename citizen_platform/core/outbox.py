"""Letters (e-mail) written in the transaction of the deed and sent after it by the worker.

Console by default; ``MAIL_URL`` = ``smtp://user:password@host:port`` (STARTTLS when offered) or ``smtps://...``.
"""

from __future__ import annotations

import smtplib
import sys
from datetime import UTC, datetime
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app
from sqlalchemy.orm import Mapped, mapped_column

from citizen_platform.core.database import Model, session, transaction
from citizen_platform.core.jobs import Running, enqueue, handles


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
    """Put a letter in the outbox: it leaves after this transaction is committed."""
    letter = Letter(to=to, language=language, subject=subject, body=body, written_at=now)
    session.add(letter)
    session.flush()
    enqueue("letters.send", {"letter": letter.id}, now=now, attempts=8)
    return letter


@handles("letters.send")
def send(run: Running, letter: int) -> None:
    """Hand one letter to the mail server; a letter already sent is left alone."""
    with transaction():
        row = session.get(Letter, letter)
        if row is None or row.sent_at is not None:
            return
        deliver(row, current_app.config["DOLEN"].mail_url)
        row.sent_at = datetime.now(UTC)


def deliver(letter: Letter, mail_url: str) -> None:
    """Send by the named server, or print on the console of the worker."""
    message = EmailMessage()
    message["To"] = letter.to
    message["From"] = f"Dolen <dolen@{urlsplit(current_app.config['DOLEN'].origin).hostname}>"
    message["Subject"] = letter.subject
    message["Content-Language"] = letter.language
    message.set_content(letter.body)
    server = urlsplit(mail_url)
    if server.scheme == "console":
        sys.stdout.write(f"\n--- e-mail ---\n{message}\n--- end ---\n")
        sys.stdout.flush()
        return
    kind = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    with kind(server.hostname or "localhost", server.port or 0, timeout=30) as connection:
        if server.scheme == "smtp" and connection.has_extn("starttls"):
            connection.starttls()
        if server.username:
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(message)


def init_app(app: Flask) -> None:
    """Refuse a mail address that names no known way of sending."""
    scheme = urlsplit(app.config["DOLEN"].mail_url).scheme
    if scheme not in {"console", "smtp", "smtps"}:
        raise ValueError(f"MAIL_URL: {scheme} is not a way to send; use smtp://, smtps:// or console:")
