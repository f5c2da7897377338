"""Three calm themes with one accent each: dark, light, and one for colour-blind eyes too."""

import os

from textual.theme import Theme

DARK = Theme(
    name="counterseal-dark",
    primary="#3ecf8e",
    secondary="#79b8ff",
    accent="#3ecf8e",
    success="#3ecf8e",
    warning="#e3b341",
    error="#ff7b72",
    foreground="#d7dde4",
    background="#0d1117",
    surface="#0d1117",
    panel="#151b23",
    dark=True,
    variables={
        "text-success": "#3ecf8e",
        "text-warning": "#e3b341",
        "text-error": "#ff7b72",
        "text-accent": "#3ecf8e",
        "quiet": "#8b949e",
        "faint": "#30363d",
        "cursor-row": "#17302a",
        "code-keyword": "#79b8ff",
        "code-string": "#c8b98c",
        "flag-row": "#3a2023",
    },
)

LIGHT = Theme(
    name="counterseal-light",
    primary="#0a7a50",
    secondary="#0550ae",
    accent="#0a7a50",
    success="#0a7a50",
    warning="#8a5a00",
    error="#b62324",
    foreground="#1f2328",
    background="#ffffff",
    surface="#ffffff",
    panel="#f3f5f7",
    dark=False,
    variables={
        "text-success": "#0a7a50",
        "text-warning": "#8a5a00",
        "text-error": "#b62324",
        "text-accent": "#0a7a50",
        "quiet": "#626b75",
        "faint": "#d5dae0",
        "cursor-row": "#dff3ea",
        "code-keyword": "#0550ae",
        "code-string": "#7a5a10",
        "flag-row": "#ffe9e7",
    },
)

# Blue, orange and yellow of the Okabe-Ito palette, which stay apart under the common colour deficiencies.
SAFE = Theme(
    name="counterseal-safe",
    primary="#56b4e9",
    secondary="#9ad0f0",
    accent="#56b4e9",
    success="#56b4e9",
    warning="#f0e442",
    error="#e69f00",
    foreground="#e6e6e6",
    background="#101214",
    surface="#101214",
    panel="#1a1d21",
    dark=True,
    variables={
        "text-success": "#56b4e9",
        "text-warning": "#f0e442",
        "text-error": "#e69f00",
        "text-accent": "#56b4e9",
        "quiet": "#9aa0a6",
        "faint": "#363b41",
        "cursor-row": "#16303f",
        "code-keyword": "#9ad0f0",
        "code-string": "#cfcfcf",
        "flag-row": "#3a2c10",
    },
)

THEMES = (DARK, LIGHT, SAFE)


def choose_theme() -> str:
    """The theme that `COUNTERSEAL_THEME` names (dark, light or safe); dark where it names none."""
    wish = f"counterseal-{os.environ.get('COUNTERSEAL_THEME', 'dark').lower()}"
    return wish if wish in (theme.name for theme in THEMES) else DARK.name


def theme_after(name: str) -> str:
    """The next theme, round and round."""
    names = [theme.name for theme in THEMES]
    return names[(names.index(name) + 1) % len(names)] if name in names else names[0]
