"""Settings: unsafe ones are refused by name, all at once; the secret of development is made once."""

from __future__ import annotations

import multiprocessing
import stat
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from config import UnsafeSettings, development_key, read_settings

SAFE = {
    "DOLEN_ORIGIN": "https://dolen.example",
    "SECRET_KEY": "k3y-of-many-different-letters-0123456789",
    "MAIL_URL": "smtp://mail.example",
}


def read(folder: Path, **values: str) -> Any:
    return read_settings({"DOLEN_INSTANCE": str(folder), **values})


def test_nothing_set_is_development_on_this_machine(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert not settings.is_production
    assert settings.origin == "http://127.0.0.1:8000"
    assert settings.database_url == f"sqlite:///{tmp_path / 'dolen.sqlite3'}"
    assert (settings.redis_url, settings.mail_url, settings.proxies) == (None, "console:", 0)
    assert settings.trusted_hosts == ["127.0.0.1:8000", "127.0.0.1", "localhost", "[::1]"]
    assert settings.flask()["SESSION_COOKIE_NAME"] == "dolen"


def test_empty_variables_are_as_good_as_none(tmp_path: Path) -> None:
    names = ("PORT", "DOLEN_ORIGIN", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "MAIL_URL", "DOLEN_PROXIES")
    assert read(tmp_path, **dict.fromkeys(names, "")) == read(tmp_path)


def test_production_starts_on_safe_values(tmp_path: Path) -> None:
    settings = read(tmp_path, **SAFE)
    assert settings.is_production
    assert settings.trusted_hosts == ["dolen.example"]
    flask = settings.flask()
    assert (flask["SESSION_COOKIE_NAME"], flask["SESSION_COOKIE_SECURE"]) == ("__Host-dolen", True)
    assert not (tmp_path / "secret_key").exists()


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"DOLEN_ORIGIN": "http://dolen.example"}, ["DOLEN_ORIGIN"]),
        ({"DOLEN_ORIGIN": "dolen.example"}, ["DOLEN_ORIGIN"]),
        ({"DOLEN_ORIGIN": "https://dolen.example/path"}, ["DOLEN_ORIGIN"]),
        ({"DOLEN_ORIGIN": "https://user@dolen.example"}, ["DOLEN_ORIGIN"]),
        ({"DOLEN_ORIGIN": "https://"}, ["DOLEN_ORIGIN"]),
        ({"SECRET_KEY": ""}, ["SECRET_KEY"]),
        ({"SECRET_KEY": "short"}, ["SECRET_KEY"]),
        ({"SECRET_KEY": "a" * 64}, ["SECRET_KEY"]),
        ({"MAIL_URL": ""}, ["MAIL_URL"]),
        ({"FLASK_DEBUG": "1"}, ["FLASK_DEBUG"]),
        (
            {"DOLEN_ORIGIN": "http://a", "SECRET_KEY": "x", "MAIL_URL": "console:", "FLASK_DEBUG": "true"},
            ["DOLEN_ORIGIN", "SECRET_KEY", "MAIL_URL", "FLASK_DEBUG"],
        ),
    ],
)
def test_production_refuses_unsafe_values_and_names_each(
    tmp_path: Path, values: dict[str, str], named: list[str]
) -> None:
    with pytest.raises(UnsafeSettings) as refused:
        read(tmp_path, **{**SAFE, **values})
    for name in (*SAFE, "FLASK_DEBUG"):
        assert (name in str(refused.value)) == (name in named)
    assert SAFE["SECRET_KEY"] not in str(refused.value)


def test_settings_in_a_log_keep_their_secrets(tmp_path: Path) -> None:
    settings = read(tmp_path, **SAFE, DATABASE_URL="postgresql://u:hush@h/d", REDIS_URL="redis://:hush@h")
    assert SAFE["SECRET_KEY"] not in repr(settings)
    assert "hush" not in repr(settings)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_postgresql_goes_by_both_its_names(tmp_path: Path, scheme: str) -> None:
    url = read(tmp_path, DATABASE_URL=f"{scheme}://u:p@h/d").database_url
    assert sa.make_url(url).get_dialect().name == "postgresql"


def test_the_secret_of_development_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    first = read(tmp_path).secret_key
    assert len(first) >= 32
    assert read(tmp_path).secret_key == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def make_key(folder: str, start: Any, keys: Any) -> None:
    start.wait()
    keys.put(development_key(Path(folder)))


def test_processes_that_start_together_share_one_secret(tmp_path: Path) -> None:
    several = multiprocessing.get_context("fork")
    start, keys = several.Event(), several.Queue()
    processes = [several.Process(target=make_key, args=(str(tmp_path), start, keys)) for _number in range(8)]
    for process in processes:
        process.start()
    start.set()
    found = {keys.get(timeout=30) for _process in processes}
    for process in processes:
        process.join()
    assert len(found) == 1
    assert len(found.pop()) >= 32
