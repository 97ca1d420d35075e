"""Words and controls stand out from what lies under them, in the light and in the dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "citizen_platform" / "static"
TOKENS = STATIC / "src" / "tokens.scss"

TEXT = 4.5
SHAPE = 3.0

PAPERS = ("paper", "paper-sunk", "slate-tint", "heather-tint", "fern-tint", "rust-tint")
PAIRS: list[tuple[str, str, float]] = [
    *((ink, paper, TEXT) for ink in ("ink", "ink-soft", "slate", "slate-deep") for paper in PAPERS),
    *(("visited", paper, TEXT) for paper in PAPERS),
    ("heather", "paper", TEXT),
    ("heather", "heather-tint", TEXT),
    ("fern", "paper", TEXT),
    ("fern", "paper-sunk", TEXT),
    ("fern", "fern-tint", TEXT),
    ("rust", "paper", TEXT),
    ("rust", "paper-sunk", TEXT),
    ("rust", "slate-tint", TEXT),
    ("rust", "rust-tint", TEXT),
    ("on-slate", "slate", TEXT),
    ("on-slate", "slate-deep", TEXT),
    ("on-rust", "rust", TEXT),
    ("on-rust", "rust-deep", TEXT),
    ("on-gorse", "gorse", TEXT),
    ("on-band", "band", TEXT),
    *(("edge", paper, SHAPE) for paper in PAPERS),
]


def schemes() -> dict[str, dict[str, str]]:
    """Every colour token of the light and of the dark scheme, as written in the one file that holds them."""
    light, dark = TOKENS.read_text(encoding="utf-8").split("prefers-color-scheme: dark")
    read = re.compile(r"--([a-z-]+):\s*(#[0-9a-f]{6});")
    return {"light": dict(read.findall(light)), "dark": dict(read.findall(dark))}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The WCAG ratio of two colours, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_what_is_read_stands_out_from_its_ground(scheme: str, front: str, back: str, least: float) -> None:
    colours = schemes()[scheme]
    ratio = contrast(colours[front], colours[back])
    assert ratio >= least, f"{front} on {back} is {ratio:.2f} in the {scheme} scheme, less than {least}"


def test_the_sum_is_the_one_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(
        4.48, abs=0.01
    )  # the grey that famously just fails


def test_both_schemes_name_the_same_colours() -> None:
    light, dark = schemes().values()
    assert set(light) == set(dark)
    assert len(light) > 20


def test_the_built_stylesheet_holds_the_tokens_as_written() -> None:
    """A changed colour that was never built would be tested here and not shown to anyone."""
    built = (STATIC / "dolen.css").read_text(encoding="utf-8")
    for colours in schemes().values():
        for name, colour in colours.items():
            short = re.sub(r"^#(.)\1(.)\2(.)\3$", r"#\1\2\3", colour)
            assert re.search(rf"--{name}:\s*({colour}|{short})[;}}]", built), f"--{name}: run `make css`"


def test_gorse_is_kept_for_focus() -> None:
    """Yellow means "you are here" and nothing else: it is never a colour of words or of a resting surface."""
    for sheet in (STATIC / "src").glob("_*.scss"):
        for rule in re.findall(
            r"([^{}]+)\{([^{}]*var\(--gorse\)[^{}]*)\}", sheet.read_text(encoding="utf-8")
        ):
            selector, declarations = rule
            assert "focus" in selector or "--govuk-focus-colour" in declarations, (
                f"{sheet.name}: {selector.strip()}"
            )
            assert not re.search(r"(?<![-\w])color:\s*var\(--gorse\)", declarations), (
                f"{sheet.name}: {selector.strip()}"
            )
