"""Pages of themes: the analyst's desk, and what we heard."""

from citizen_platform.themes.views import (
    coding,
    coverage,
    desk,
    public,
    runs,
    shaping,
    signing,
    steps,
    theme,
    topic,
)

__all__ = ["coding", "coverage", "desk", "public", "runs", "shaping", "signing", "steps", "theme", "topic"]
