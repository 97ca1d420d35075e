"""A pipeline component: dictionary forms and mutations of Welsh words."""

from spacy.tokens import Doc, Token

from nlp.lemmas import lemmatise
from nlp.welsh_language.language import Welsh

Token.set_extension("mutation", default=None, force=True)


@Welsh.component("welsh_lemmas", assigns=["token.lemma", "token._.mutation"])
def welsh_lemmas(doc: Doc) -> Doc:
    """Sets ``token.lemma_``, and ``token._.mutation`` to "soft", "nasal", "aspirate", "h" or None."""
    for token, found in zip(doc, lemmatise((token.text for token in doc), "cy"), strict=True):
        token.lemma_ = found.lemma
        token._.mutation = found.mutation
    return doc
