"""Welsh as it is written: folding, alphabetical order, initial mutation, lists and stop words.

Pure Python with no dependency, so that search, sorting and templates may import it.
"""

from nlp.welsh.alphabet import letters, sort_key
from nlp.welsh.folding import fold, fold_apostrophes
from nlp.welsh.lists import and_list, and_word
from nlp.welsh.mutation import MUTATIONS, Demutation, Mutation, demutations, mutate
from nlp.welsh.stopwords import STOP_WORDS, is_stop_word

__all__ = [
    "MUTATIONS",
    "STOP_WORDS",
    "Demutation",
    "Mutation",
    "and_list",
    "and_word",
    "demutations",
    "fold",
    "fold_apostrophes",
    "is_stop_word",
    "letters",
    "mutate",
    "sort_key",
]
