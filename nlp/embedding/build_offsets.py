"""Measures the mean vector of each language: ``python -m nlp.embedding.build_offsets FOLDER``.

The two means are taken over the same sentences in both languages, so that their difference is the language and
not what people talk about.
"""

import json
import sys
from pathlib import Path

from nlp.embedding.encoder import OFFSETS, VERSION, Encoder
from nlp.pairs import held_out, read_pairs

_PAIRS = 1500


def build(folder: Path) -> str:
    """JSON with the version and the means, to five decimals."""
    pairs = list(read_pairs(folder, shortest=6, longest=30, without=held_out(folder)))
    chosen = pairs[:: max(1, len(pairs) // _PAIRS)][:_PAIRS]
    encoder = Encoder()
    means = {
        language: encoder.raw([getattr(pair, language) for pair in chosen], [language] * len(chosen)).mean(
            axis=0
        )
        for language in ("cy", "en")
    }
    rounded = {language: [round(float(x), 5) for x in mean] for language, mean in means.items()}
    return json.dumps({"version": VERSION, "pairs": len(chosen), "means": rounded}) + "\n"


if __name__ == "__main__":
    OFFSETS.write_text(build(Path(sys.argv[1])), encoding="utf-8")
