"""The script blocks of single-file components (Vue, Svelte), at the lines where they stand."""

import re

COMPONENTS = (".svelte", ".vue")
_BLOCK = re.compile(
    r"<script\b(?P<head>(?:[^>\"']|\"[^\"]*\"|'[^']*')*)>(?P<code>.*?)</script\s*>", re.DOTALL | re.IGNORECASE
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_DATA = re.compile(r"\btype\s*=\s*[\"'](?!(?:text|application)/(?:java|ecma|type)script|module)")
_VISIBLE = re.compile(r"[^\n\r]+")


def is_component(path: str) -> bool:
    """Whether the file is a component, whose scripts run in the browser as well as, perhaps, on a server."""
    return path.endswith(COMPONENTS)


def script_of(path: str, text: str) -> str:
    """The source text of a file; of a component its scripts alone, with blanks for everything around them.

    Offsets and lines stay those of the file.
    """
    if not is_component(path):
        return text
    kept: list[str] = []
    end = 0
    hidden = _COMMENT.sub(lambda found: _blank(found[0]), text)
    for block in _BLOCK.finditer(hidden):
        if _DATA.search(block["head"]):
            continue
        start, stop = block.span("code")
        kept += [_blank(text[end:start]), text[start:stop]]
        end = stop
    return "".join((*kept, _blank(text[end:])))


def _blank(text: str) -> str:
    return _VISIBLE.sub(lambda found: " " * len(found[0]), text)
