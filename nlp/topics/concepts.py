"""What a passage is about, as language-free concepts, and how each concept is written in either language."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from nlp.embedding.glossary import Glossed, english_for, gloss_words, welsh_for
from nlp.lemmas import lemma_of
from nlp.welsh import fold_apostrophes, is_stop_word

# Words that name no matter: fine in a sentence, useless as the name of a group.
_EMPTY_TEXT = """
able about absolutely actually add again ago agree allow already also although always amount another answer
any anything area ask available away bad be become believe best better big bit bring call can case certain
change clear come comment concern consider could day deal definitely difficult do does don done easy end
enough ensure especially etc even ever every everyone everything example extremely fact far feel few find
first full generally get give go going good great happen happy hard have having help here high hope huge idea
important improve include instead issue just keep kind know lack large last leave less let like likely little
live local long look lot love low made main make many matter may mean might more most much must near need
never new next nice no not nothing now number of off often ok old one only open order other otherwise own part
particularly people perhaps place please plus point poor possible probably problem proper provide put quite
rather really reason regular right run same say see seem several short should show simply since small so some
someone something soon sort start stay still stop such suggest sure take talk tell thank thanks that the then
there thing think though time today too total towards true try turn two up upon use useful user usual usually
various very view want way week well what whatever when where which while who whole why will wish with within
without word would wrong year yes yet i'm i've i'd it's that's there's don't doesn't isn't can't won't didn't
wasn't aren't n't 're 've 'll it they we you he she yn y yr a o i er ac ar at de la
"""
_EMPTY = frozenset(_EMPTY_TEXT.split())
_ING_TEXT = """
parking housing training building recycling cycling planning funding learning crossing wellbeing swimming
heating lighting meeting walking parenting speeding fly-tipping engineering farming shopping dredging
"""
_ING = frozenset(_ING_TEXT.split())
_PARTICIPLES = frozenset(
    {"disabled", "closed", "retired", "limited", "wasted", "neglected", "derelict", "isolated"}
)
_SAME = {
    "flooding": "flood",
    "buses": "bus",
    "bike": "bicycle",
    "cycle": "cycling",
    "gp": "doctor",
    "wale": "wales",
}
# Where people name a language, the noun and not the adjective is the Welsh for it.
_NOUNS = {"welsh": "Cymraeg", "english": "Saesneg"}


class Concept(NamedTuple):
    """One concept in a passage: its key (an English lemma or phrase), and the word a person wrote for it."""

    key: str
    language: str
    shown: str
    is_name: bool
    is_initials: bool = False


def _key(english: str, *, is_name: bool = False) -> str:
    lowered = fold_apostrophes(english).lower()
    if " " in lowered:
        return lowered.replace(" ", "_")
    if lowered in _ING or (is_name and lowered.endswith("s")):  # Wales is not several of a wale
        lemma = lowered
    else:
        lemma = lemma_of(lowered, "en")
    return _SAME.get(lemma, _SAME.get(lowered, lemma))


def _says_nothing(key: str) -> bool:
    return len(key) < 3 or key in _EMPTY or key in ENGLISH_STOP_WORDS


def concepts_of(text: str, language: str | None) -> list[Concept]:
    """The concepts of a passage in order, grammar left out."""
    found: list[Concept] = []
    for word in gloss_words(text, language):
        written = text[word.start : word.end]
        is_name = written[:1].isupper() and word.start > 0
        is_initials = 1 < len(written) <= 5 and written.isupper() and not text.isupper()
        if not word.source:
            key = _key(word.english, is_name=is_name)
            lowered = fold_apostrophes(word.english).lower()
            if not _says_nothing(key) and not _says_nothing(lowered):
                # "disabled" and "welcoming" are words of their own; other forms show their lemma
                own_word = lowered.endswith("ing") or lowered in _PARTICIPLES
                shown = lowered if own_word else key.replace("_", " ")
                found.append(Concept(key, "en", shown, is_name, is_initials))
        elif not is_stop_word(written) and not is_stop_word(word.source) and len(word.source) > 2:
            parts = _parts(word) if word.known else None
            if parts:
                found += [Concept(key, "cy", source, is_name, False) for key, source in parts]
                continue
            key = _key(word.english) if word.known else word.source
            if not _says_nothing(key):
                found.append(Concept(key, "cy", word.source, is_name, is_initials))
    return found


def _parts(word: Glossed) -> list[tuple[str, str]] | None:
    """A phrase whose words mean one by one what it means as a whole ("siarad Cymraeg"), as those: English, which is
    read word by word, then has the same concepts. None for any other."""
    english, welsh = word.english.lower().split(), word.source.split()
    if len(english) < 2 or len(english) != len(welsh):
        return None
    parts: list[tuple[str, str]] = []
    for source in welsh:
        meaning = english_for(source)
        if not meaning or _says_nothing(_key(meaning)):
            return None
        parts.append((_key(meaning), source))
    return parts if sorted(key for key, _ in parts) == sorted(map(_key, english)) else None


class Names:
    """How each concept is written, learned from the texts at hand with the glossary behind them."""

    def __init__(self, texts: Iterable[Sequence[Concept]]) -> None:
        self._shown: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._capitals: Counter[str] = Counter()
        self._initials: Counter[str] = Counter()
        self._seen: Counter[str] = Counter()
        for concepts in texts:
            for concept in concepts:
                self._shown[concept.key, concept.language][concept.shown] += 1
                self._seen[concept.key] += 1
                self._capitals[concept.key] += concept.is_name
                self._initials[concept.key] += concept.is_initials

    def _commonest(self, key: str, language: str) -> str | None:
        counted = self._shown.get((key, language))
        return min(counted, key=lambda word: (-counted[word], word)) if counted else None

    def is_name(self, key: str) -> bool:
        """Whether people mostly wrote it with a capital inside a sentence."""
        return self._capitals[key] * 2 > self._seen[key]

    def pair(self, key: str) -> tuple[str | None, str | None]:
        """The concept in Welsh and in English; None where a language has no word for it."""
        english = self._commonest(key, "en")
        welsh = self._commonest(key, "cy")
        if english is None and welsh is not None and key != welsh:
            english = key.replace("_", " ")
        if key in _NOUNS:
            welsh = _NOUNS[key]
        elif welsh is None and english is not None:
            welsh = welsh_for(key.replace("_", " ")) or welsh_for(english)
        if self._initials[key] * 2 > self._seen[key]:
            welsh, english = (welsh or english or key).upper(), (english or welsh or key).upper()
        elif self.is_name(key):
            welsh, english = welsh or english, english or welsh
            welsh = welsh[:1].upper() + welsh[1:] if welsh else welsh
            english = english[:1].upper() + english[1:] if english else english
        return welsh, english
