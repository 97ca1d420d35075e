"""Learns ``weights.tsv`` from English/Welsh pairs: ``python -m nlp.language.build_weights FOLDER``.

Log-odds (natural logarithm, Welsh over English) of common words and of letter trigrams of distinct words.
"""

import math
import sys
from collections import Counter
from pathlib import Path

from nlp.language.detector import WEIGHTS, normalise, trigrams
from nlp.pairs import read_pairs
from nlp.words import words

_WORDS = 9000
_TRIGRAMS = 7000


def _odds(welsh: Counter[str], english: Counter[str], key: str, smoothing: float) -> float:
    vocabulary = len(welsh) + len(english)
    cy = (welsh[key] + smoothing) / (welsh.total() + smoothing * vocabulary)
    en = (english[key] + smoothing) / (english.total() + smoothing * vocabulary)
    return math.log(cy / en)


def build(folder: Path) -> str:
    """The table as text: ``kind<TAB>key<TAB>odds``, sorted."""
    counts: dict[str, Counter[str]] = {"cy": Counter(), "en": Counter()}
    for pair in read_pairs(folder, shortest=2):
        counts["cy"].update(normalise(word.text) for word in words(pair.cy))
        counts["en"].update(normalise(word.text) for word in words(pair.en))
    letters: dict[str, Counter[str]] = {"cy": Counter(), "en": Counter()}
    for language, counted in counts.items():
        other = counts["en" if language == "cy" else "cy"]
        for word, count in counted.items():
            if count >= 2 and count > other[word]:
                for trigram in trigrams(word):
                    letters[language][trigram] += 1 + int(math.log2(count))
    rows: list[str] = []
    for kind, table, size, least in (("word", counts, _WORDS, 4), ("letters", letters, _TRIGRAMS, 5)):
        total = table["cy"] + table["en"]
        common = sorted((key for key in total if total[key] >= least), key=lambda key: (-total[key], key))
        for key in sorted(common[:size]):
            rows.append(f"{kind}\t{key}\t{_odds(table['cy'], table['en'], key, 0.5):.2f}")
    return (
        "# Learned by nlp.language.build_weights from permissively licensed pairs.\n" + "\n".join(rows) + "\n"
    )


if __name__ == "__main__":
    WEIGHTS.write_text(build(Path(sys.argv[1])), encoding="utf-8")
