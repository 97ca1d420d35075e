"""Welsh for spaCy, which has none of its own: ``spacy.blank("cy")`` works once this package is imported.

Where Dolen is installed, spaCy finds it by itself through an entry point. Nothing here is for a web process;
:mod:`nlp.welsh` is.
"""

from nlp.welsh_language.language import Welsh
from nlp.welsh_language.lemmas import welsh_lemmas

__all__ = ["Welsh", "welsh_lemmas"]
