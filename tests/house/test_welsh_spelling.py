"""Every Welsh word of the interface is in the dictionary of Welsh spelling, or on the short list of those we know better."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from tests.house.test_catalogue import CATALOGUE

DICTIONARY = Path(sys.prefix) / "share" / "hunspell" / "cy_GB"
NOT_WORDS = re.compile(r"%\(\w+\)[sd]|<[^>]+>|https?://\S+|\S+@\S+")
# Right Welsh that the dictionary lacks: forms of verbs, a plural, a trade; and abbreviations.
KNOWN_BETTER = {
    "Arhoswch", "arhosodd", "Byrhewch", "Caniateir", "chaniateir", "Cymharwch", "cyrhaeddodd", "Gallen", "Gellir", "gellir", "ellir",
    "ellid", "glywson", "Mewngofnodwch", "mewngofnodwch", "Sgriniwr", "cwcis", "Ymgyngoriadau", "ymgyngoriadau", "ch",
    "ailsampl", "Cohen", "Enter", "kappa", "Kappa", "CSV", "XLSX", "XLS", "MB", "UTF", "cy",
}  # fmt: skip


def misspelt(text: str) -> set[str]:
    """Words that the dictionary does not know. Apostrophes part words: "mae'r" is "mae" and "r"."""
    words = set(re.findall(r"[^\W\d_]{2,}", NOT_WORDS.sub(" ", text)))
    checked = subprocess.run(
        ["hunspell", "-d", str(DICTIONARY), "-i", "utf-8", "-l"],
        input="\n".join(sorted(words)),
        capture_output=True,
        text=True,
        check=True,
    )
    return set(checked.stdout.split())


pytestmark = pytest.mark.skipif(
    not (shutil.which("hunspell") and DICTIONARY.with_suffix(".dic").exists()),
    reason="hunspell with its Welsh dictionary is not here: run .setup/system-packages",
)


def test_the_welsh_is_spelt_right() -> None:
    texts = [
        text
        for entry in polib.pofile(str(CATALOGUE))
        for text in (entry.msgstr, *entry.msgstr_plural.values())
    ]
    assert misspelt("\n".join(texts)) - KNOWN_BETTER == set()


def test_a_slip_would_be_seen() -> None:
    assert misspelt("Mae'r ymgynghoraid ar agor") == {"ymgynghoraid"}
