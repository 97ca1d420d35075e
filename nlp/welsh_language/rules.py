"""How a Welsh text is cut into words, as spaCy wants it said."""

from spacy.lang.char_classes import (
    ALPHA,
    ALPHA_LOWER,
    ALPHA_UPPER,
    CONCAT_QUOTES,
    CURRENCY,
    LIST_CURRENCY,
    LIST_ELLIPSES,
    LIST_ICONS,
    LIST_PUNCT,
    LIST_QUOTES,
    PUNCT,
)
from spacy.lang.tokenizer_exceptions import BASE_EXCEPTIONS
from spacy.symbols import ORTH

_APOSTROPHES = "'’‘ʼ"
_ACCENTS = "\u0300-\u036f"  # as written apart from their letter
_CLITICS = "r|n|i|u|w|m|ch|th|R|N|I|U|W|M|CH|TH"
# Figures keep what names a rank or a decade (15fed, 1990au) or a size (5m); hours, centuries and measures come off.
_UNITS = "yb|yp|yh|am|pm|g|kg|km|cm|mm|kw|MW|GW|ha"

PREFIXES = ["§", "%", "=", "—", "–", "--+", r"\+(?![0-9])", r"-(?=[^\W\d])"]
PREFIXES += LIST_PUNCT + LIST_ELLIPSES + LIST_QUOTES + LIST_CURRENCY + LIST_ICONS

SUFFIXES = LIST_PUNCT + LIST_ELLIPSES + LIST_QUOTES + LIST_ICONS
SUFFIXES += [
    "—",
    "–",
    "--+",
    r"(?<=[^\W\d])-",
    rf"(?<=[{ALPHA}{_ACCENTS}])[{_APOSTROPHES}](?:{_CLITICS})",
    r"(?<=[0-9])[+%]",
    r"(?<=°[FfCcKk])\.",
    rf"(?<=[0-9])(?:{CURRENCY})",
    rf"(?<=[0-9])(?:{_UNITS})",
    rf"(?<=[0-9{ALPHA_LOWER}%²\-\+{_ACCENTS}{PUNCT}(?:{CONCAT_QUOTES})])\.",
    rf"(?<=[{ALPHA_UPPER}][{ALPHA_UPPER}])\.",
]

INFIXES = LIST_ELLIPSES + LIST_ICONS
INFIXES += [
    r"(?<=[0-9])[+*^](?=[0-9-])",
    rf"(?<=[{ALPHA_LOWER}{CONCAT_QUOTES}])\.(?=[{ALPHA_UPPER}{CONCAT_QUOTES}])",
    rf"(?<=[{ALPHA}]),(?=[{ALPHA}])",
    rf"(?<=[{ALPHA}0-9])(?:–|—|--+)(?=[{ALPHA}0-9])",
    rf"(?<=[{ALPHA}0-9])[:<>=/](?=[{ALPHA}])",
    r"[()\[\]{}\"“”«»;!?]",
]

# A word whose full stop is its own.
_ABBREVIATIONS = """
e.e. h.y. ayyb. ayb. y.b. y.p. y.h. a.y.b. a.y.y.b. e.g. i.e. etc. n.b. c.c. o.c. c.c.c. tud. rhif. gw. gol. cyf.
arg. llsgr. ca. tt. parch. dr. mr. mrs. ms. st. prof. cyng. cllr. ltd. cyf. no. vs. jr. u.d. p.d. d.u. a.s. a.c.
"""
# Speech in which the apostrophe stands for letters of the word itself, and is not a quotation mark or a clitic.
_SPOKEN = """
'ma 'na 'di 'da 'dan 'dach 'dyn 'dw 'nôl 'mlaen 'mlân 'mynadd 'lly 'sdim 'sa 'se 'swn 'sen 'fory 'chwaneg 'te 'to
'run 'nghyd 'ngwlad 'fo 'falle 'rhen 'nafu
'r 'n 'i 'u 'w 'm 'ch 'th
'roedd 'roeddan 'roedden 'roeddwn
ma' dw' ga' bo' fo' ro' dy' 'sa' ry'n y'n dy'n ro'n bo'n r'yn d'yn w'n o'dd ro'dd do'dd dd'oedd mla'n bla'n
thro'd ddo'th do'th on'd gynta' cynta' ola' mwya' fwya' gora' petha' bloda' dwytha' diwetha' eitha' ola' dyddia'
rho' co' fydda' bydda' wela'
"""
# English that turns up in Welsh speech.
_ENGLISH = "I'm I'd I'll I've"


def _forms(word: str) -> list[str]:
    """A rule word in small letters, with a capital and in capitals, with either apostrophe."""
    place = next((n for n, letter in enumerate(word) if letter.isalpha()), 0)
    cases = dict.fromkeys((word, word[:place] + word[place].upper() + word[place + 1 :], word.upper()))
    return [form.replace("'", mark) for form in cases for mark in ("'", "’")]


def _exceptions() -> dict[str, list[dict[int, str]]]:
    # Pronouns and prepositions of one letter may end a sentence: their full stop is not their own.
    found = {
        text: rule for text, rule in BASE_EXCEPTIONS.items() if text not in {f"{c}." for c in "aeiouwyâ"}
    }
    for word in (*_ABBREVIATIONS.split(), *_SPOKEN.split(), *_ENGLISH.split()):
        for form in _forms(word):
            found[form] = [{ORTH: form}]
    return found


EXCEPTIONS = _exceptions()
