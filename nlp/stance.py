"""Whether a passage speaks for something or against it, kept apart from what it is about.

Plain words only: a passage without one of them, or with words of both kinds, is "unclear". No sentiment is guessed.
"""

import re

from nlp.contract import Stance
from nlp.welsh import fold
from nlp.words import words

_LONGEST = 4_000  # characters looked at
_REACH = 3  # words between a negation and what it turns round

_FOR_TEXT = """
support|supports|supported|supporting|supportive|welcome this|welcome the|welcome these|in favour|in favor|agree
agrees|agreed|good idea|great idea|excellent idea|approve|approves|back this|back the|backing|endorse|yes please
fully behind|should go ahead|please go ahead|would love|i love|we love|strongly in favour|happy with|pleased with
cefnogi|cefnogaf|cefnogwn|gefnogi|chefnogi|nghefnogi|o blaid|cytuno|cytunaf|gytuno|chytuno|syniad da|syniad gwych
syniad ardderchog|croesawu|groesawu|chroesawu|croesawaf|cymeradwyo|gymeradwyo|dylid bwrw ymlaen|hapus gyda
hapus efo|falch o|falch iawn
"""
_AGAINST_TEXT = """
oppose|opposes|opposed|opposing|object|objects|objection|objections|against|disagree|disagrees|disagreed|reject
rejects|rejected|bad idea|terrible idea|awful idea|scrap|abandon|must not|should not|shouldn't|should never|do not want
don't want|dont want|no need for|waste of money|unacceptable|unhappy with|leave it alone|leave things|hands off
gwrthwynebu|gwrthwynebaf|wrthwynebu|ngwrthwynebiad|gwrthwynebiad|wrthwynebiad|yn erbyn|anghytuno|anghytunaf
hanghytuno|syniad gwael|syniad ofnadwy|gwrthod|wrthod|peidiwch|paid a|paid â|ni ddylai|ni ddylid|ddylai ddim
ddylid ddim|na ddylai|na ddylid|ddim eisiau|ddim isio|ddim moyn|dim angen|gwastraff arian|annerbyniol
rhowch y gorau|anhapus gyda|anhapus efo
"""
_NEGATIONS_TEXT = """
not no never cannot can't cant don't dont doesn't doesnt didn't won't wouldn't isn't aren't wasn't nor without
ddim dim ni nid na nac nad methu heb byth
"""
_NEGATIONS = frozenset(_NEGATIONS_TEXT.split())
_SPOKEN = re.compile(r"[^|\n]+")


def _table(text: str) -> dict[tuple[str, ...], None]:
    return {tuple(fold(found.group()).split()): None for found in _SPOKEN.finditer(text)}


_FOR = _table(_FOR_TEXT)
_AGAINST = _table(_AGAINST_TEXT)
_LENGTHS = sorted({len(phrase) for phrase in (*_FOR, *_AGAINST)}, reverse=True)


def stance_of(text: str) -> Stance:
    """``"for"``, ``"against"`` or ``"unclear"``; a negation just before a word of support turns it round."""
    spoken = [fold(word.text) for word in words(text[:_LONGEST])]
    for_, against = 0, 0
    place = 0
    while place < len(spoken):
        for length in _LENGTHS:
            phrase = tuple(spoken[place : place + length])
            if phrase in _FOR or phrase in _AGAINST:
                before = spoken[max(0, place - _REACH) : place]
                turned = any(word in _NEGATIONS for word in before)
                if (phrase in _FOR) != turned:
                    for_ += 1
                else:
                    against += 1
                place += length - 1
                break
        place += 1
    if bool(for_) == bool(against):
        return "unclear"
    return "for" if for_ else "against"
