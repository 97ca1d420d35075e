"""Letters: they leave after the commit and once, by a real SMTP conversation, with their accents right."""

from __future__ import annotations

import dataclasses
import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from citizen_platform.core import outbox
from citizen_platform.core.database import CommittingFlask, session
from citizen_platform.core.jobs import Job, JobState
from citizen_platform.core.outbox import Letter, post

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WORDS = "Annwyl Siân,\n\nMae’r môr a’r tŷ ŵyn ŷd — £5.\n.\nCofion"


class Conversation(socketserver.StreamRequestHandler):
    """One client of a small mail server: RFC 5321 as far as a letter needs it."""

    server: MailServer

    def handle(self) -> None:
        self.say("220 test ESMTP")
        said = self.server.commands
        recipients: list[str] = []
        while line := self.rfile.readline():
            command = line.decode().strip()
            said.append(command)
            verb = command.upper().split(" ")[0]
            if verb == "EHLO":
                self.say(*[f"250-{name}" for name in ["test", *self.server.extensions]], "250 8BITMIME")
            elif verb == "RCPT":
                recipients.append(command)
                self.say(self.server.answers.pop(0) if self.server.answers else "250 ok")
            elif verb == "DATA":
                self.say("354 go on")
                letter = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    letter += part[1:] if part.startswith(b".") else part
                self.server.letters.append((recipients, letter))
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok" if verb in {"MAIL", "RSET", "NOOP"} else "502 what?")

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


class MailServer(socketserver.ThreadingTCPServer):
    """Keeps the letters it takes; ``answers`` are given to recipients first, then it takes everything."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0, extensions: tuple[str, ...] = ()) -> None:
        super().__init__(("127.0.0.1", port), Conversation)
        self.letters: list[tuple[list[str], bytes]] = []
        self.commands: list[str] = []
        self.answers: list[str] = []
        self.extensions = extensions


@contextmanager
def mail_server(**values: Any) -> Iterator[MailServer]:
    with MailServer(**values) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def mail(app: CommittingFlask, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server that the application sends by."""
    with mail_server() as server:
        send_by(app, monkeypatch, f"smtp://127.0.0.1:{server.server_address[1]}")
        yield server


def send_by(app: CommittingFlask, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setitem(app.config, "DOLEN", dataclasses.replace(app.config["DOLEN"], mail_url=url))


def only_job() -> Job:
    session.expire_all()
    return session.scalars(sa.select(Job)).one()


def work(app: CommittingFlask) -> Job:
    """Let the worker do the one job, now."""
    job = only_job()
    number = job.id
    job.not_before = NOW
    session.commit()
    app.extensions["dolen.jobs"].perform(number)
    return only_job()


def test_a_letter_arrives_with_its_accents(app: CommittingFlask, mail: MailServer) -> None:
    letter = post("sian@example.test", "cy", "Diolch am eich ateb: tŷ a môr", WORDS, now=NOW)
    session.commit()
    assert work(app).state == JobState.DONE
    assert session.get_one(Letter, letter.id).sent_at is not None
    [(recipients, raw)] = mail.letters
    assert recipients == ["rcpt TO:<sian@example.test>"]
    got = email.message_from_bytes(raw, policy=email.policy.default)
    assert got["Subject"] == "Diolch am eich ateb: tŷ a môr"
    assert (got["To"], got["From"]) == ("sian@example.test", "Dolen <dolen@127.0.0.1>")
    assert got["Content-Language"] == "cy"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Message-ID"].startswith("<letter-")
    assert got["Date"].datetime == NOW
    assert got.get_content().replace("\r\n", "\n") == WORDS + "\n"
    assert mail.commands[0].lower().startswith("ehlo")


def test_a_letter_of_a_transaction_that_is_undone_never_leaves(
    app: CommittingFlask, mail: MailServer
) -> None:
    post("a@example.test", "en", "s", "b", now=NOW)
    session.rollback()
    assert session.scalars(sa.select(Job)).all() == []
    assert session.scalars(sa.select(Letter)).all() == []


def test_a_letter_leaves_once(app: CommittingFlask, mail: MailServer) -> None:
    post("a@example.test", "en", "s", "b", now=NOW)
    session.commit()
    job = work(app)
    app.extensions["dolen.jobs"].perform(job.id)
    outbox.send(None, **job.payload)  # type: ignore[arg-type]
    assert len(mail.letters) == 1


def test_a_letter_waits_for_a_server_that_is_away(
    app: CommittingFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server() as server:
        port = server.server_address[1]
    send_by(app, monkeypatch, f"smtp://127.0.0.1:{port}")
    letter = post("a@example.test", "en", "s", "b", now=NOW)
    session.commit()
    job = work(app)
    assert (job.state, job.attempts) == (JobState.QUEUED, 1)
    assert "refused" in str(job.error)
    assert session.get_one(Letter, letter.id).sent_at is None
    with mail_server(port=port) as server:
        assert work(app).state == JobState.DONE
        assert len(server.letters) == 1


def test_a_letter_refused_for_now_is_tried_again(app: CommittingFlask, mail: MailServer) -> None:
    mail.answers = ["451 greylisted, come back"]
    post("a@example.test", "en", "s", "b", now=NOW)
    session.commit()
    assert work(app).state == JobState.QUEUED
    assert work(app).state == JobState.DONE
    assert len(mail.letters) == 1


def test_the_console_shows_a_letter_in_plain_words(app: CommittingFlask, capsys: Any) -> None:
    post("sian@example.test", "cy", "Tŷ", "Agorwch http://127.0.0.1:8000/cy/gwahoddiadau/x\nMôr", now=NOW)
    session.commit()
    assert work(app).state == JobState.DONE
    shown = capsys.readouterr().out
    for part in ("To: sian@example.test", "Subject: Tŷ", "http://127.0.0.1:8000/cy/gwahoddiadau/x\nMôr\n"):
        assert part in shown


@pytest.mark.parametrize(
    "to",
    [
        "a@example.test, b@example.test", "a@example.test\nBcc: b@example.test", "a@example.test\r\nX: y", "", "a",
        "A <a@example.test>", "a@example.test;b@example.test", "a@", "@example.test", "a b@example.test",
        "a@example.test> RCPT TO:<b@example.test",
    ],
)  # fmt: skip
def test_what_is_not_one_address_is_refused(app: CommittingFlask, to: str) -> None:
    with pytest.raises(ValueError, match="one plain e-mail address"):
        post(to, "en", "s", "b", now=NOW)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028", "\x0b", "\x85"])
def test_a_subject_is_one_line(app: CommittingFlask, mail: MailServer, newline: str) -> None:
    post("a@example.test", "en", f"Hello{newline}Bcc: b@example.test", "b", now=NOW)
    session.commit()
    assert work(app).state == JobState.DONE
    [(recipients, raw)] = mail.letters
    got = email.message_from_bytes(raw, policy=email.policy.default)
    assert got["Subject"] == "Hello Bcc: b@example.test"
    assert got["Bcc"] is None
    assert len(recipients) == 1


def test_a_password_is_never_sent_in_the_clear(app: CommittingFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server(extensions=("AUTH PLAIN LOGIN",)) as server:
        port = server.server_address[1]
        monkeypatch.setattr(outbox, "is_loopback", lambda _url: False)
        send_by(app, monkeypatch, f"smtp://user:pass%40word@127.0.0.1:{port}")
        post("a@example.test", "en", "s", "b", now=NOW)
        session.commit()
        assert "no encryption" in str(work(app).error)
        assert not any("AUTH" in command for command in server.commands)


def test_encryption_is_used_when_offered_and_the_certificate_must_be_right(
    app: CommittingFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(extensions=("STARTTLS",)) as server:
        monkeypatch.setattr(outbox, "is_loopback", lambda _url: False)
        send_by(app, monkeypatch, f"smtp://127.0.0.1:{server.server_address[1]}")
        post("a@example.test", "en", "s", "b", now=NOW)
        session.commit()
        assert work(app).state == JobState.QUEUED  # this server offers it and cannot do it
        assert "STARTTLS" in server.commands
        assert server.letters == []


def test_a_mail_url_of_an_unknown_kind_stops_the_start(
    app: CommittingFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_by(app, monkeypatch, "ftp://example.test")
    with pytest.raises(ValueError, match="MAIL_URL: ftp"):
        outbox.init_app(app)
