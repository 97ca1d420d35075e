"""Which language a text is in: Welsh, English, both, or neither.

Every word is weighed by learned odds, by its letters where it is new, and by two dictionaries; a two-state path
through the words then says which stretch is in which language, so that one borrowed word does not make a text
mixed and a sentence in the other language does.
"""

from nlp.language.detector import Tagged, detect, tag

__all__ = ["Tagged", "detect", "tag"]
