"""Pages: answering, and how answers came in."""

from citizen_platform.submissions.views import answering, desk

__all__ = ["answering", "desk"]
