"""Pages of themes: the analyst's desk, and what we heard."""

from citizen_platform.themes.views import desk, public, theme

__all__ = ["desk", "public", "theme"]
