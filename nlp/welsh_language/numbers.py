"""Which Welsh words are numbers: decimal (*dau ddeg*) and traditional (*ugain*, *deunaw*), in every mutation."""

import re

from nlp.welsh import MUTATIONS, fold, mutate

_CARDINALS = """
sero un dau dwy tri tair pedwar pedair pump pum chwech chwe saith wyth naw deg deng unarddeg deuddeg deuddeng
pymtheg pymtheng deunaw ugain deugain trigain cant can mil miliwn biliwn triliwn
"""
_ORDINALS = """
cyntaf ail eilfed trydydd trydedd pedwerydd pedwaredd pumed chweched seithfed wythfed nawfed degfed deuddegfed
pymthegfed deunawfed ugeinfed deugeinfed canfed milfed
"""
# Mutated numbers that are other words first: gan (by), chan (or "nor by"), neg (a message), hail (hail), hun (self).
_OTHER_WORDS = frozenset({"gan", "chan", "neg", "hail", "hun", "hwn"})


def _with_mutations(words: str) -> frozenset[str]:
    plain = words.split()
    mutated = {mutate(word, mutation) for word in plain for mutation in MUTATIONS}
    return frozenset(plain) | (frozenset(mutated) - _OTHER_WORDS)


NUMBER_WORDS = _with_mutations(_CARDINALS + _ORDINALS)
_FIGURES = re.compile(r"[+\-±~]?\d[\d,.]*(?:/\d+)?(?:af|il|ydd|edd|ed|fed|eg|ain)?")


def like_num(text: str) -> bool:
    """Whether one word is a number: figures (``1,000``, ``15fed``) or a number word, its parts joined by hyphens."""
    if _FIGURES.fullmatch(text):
        return True
    return all(part in NUMBER_WORDS for part in fold(text).split("-"))
