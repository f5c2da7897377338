"""The record's page as one HTML file that loads nothing: no script, no font, no picture, no link.

markdown-it-py, which Textual brings, renders it: CommonMark as GitHub has it, with raw HTML and links off, so
that all of the page is text.
"""

from collections.abc import Sequence
from html import escape
from importlib import resources
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

# Whatever a browser is told, it fetches and runs nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_LINKS = ("link", "image", "autolink", "html_inline", "html_block", "reference", "linkify")


def as_html(page: str) -> str:
    """The whole document of a Markdown page."""
    tokens = _markdown().parse(page)
    heads = list(_anchored(tokens))
    title = heads[0][1] if heads else "Review"
    style = resources.files(__package__).joinpath("page.css").read_text("utf-8")
    body: str = _markdown().renderer.render(tokens, _markdown().options, {})
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"{_contents(heads)}<main>\n{body}</main>\n</body>\n</html>\n"
    )


def _markdown() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
    reader.disable([name for name in _LINKS if name in _rules(reader)])
    reader.add_render_rule("table_open", _open_table)
    reader.add_render_rule("table_close", _close_table)
    return reader


def _rules(reader: MarkdownIt) -> set[str]:
    return {name for names in reader.get_all_rules().values() for name in names}


def _anchored(tokens: Sequence[Token]) -> list[tuple[str, str]]:
    """The page's sections as (id, title); each heading is given its id."""
    found: list[tuple[str, str]] = []
    for token, inner in pairwise(tokens):
        if token.type == "heading_open" and token.tag in ("h1", "h2"):
            name = f"s{len(found)}"
            token.attrSet("id", name)
            found.append((name, "".join(each.content for each in inner.children or ())))
    return found


def _contents(heads: list[tuple[str, str]]) -> str:
    rows = "".join(f'<li><a href="#{name}">{escape(title)}</a></li>\n' for name, title in heads[1:])
    return f'<nav aria-label="Sections">\n<ul>\n{rows}</ul>\n</nav>\n' if rows else ""


def _open_table(*_: Any) -> str:
    """Wide tables scroll by themselves, also by keys."""
    return '<div class="wide" role="region" aria-label="Table" tabindex="0"><table>\n'


def _close_table(*_: Any) -> str:
    return "</table></div>\n"
