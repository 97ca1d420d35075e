"""Pages: what the public sees, and where a body's staff write."""

from citizen_platform.consultations.views import desk, options, public, questions, stages

__all__ = ["desk", "options", "public", "questions", "stages"]
