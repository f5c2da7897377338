"""The page as HTML: the same contents, nothing that runs or loads, and no way out of its place."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sealing import Bench

from checklists.model import Answer, Outcome, Verdict
from checklists.record.formats.html import as_html
from checklists.record.model import Decision
from checklists.record.sections import TITLES
from tui.cli import cli

NASTY = '"><script>alert(1)</script><img src=x onerror=alert(1)> [a](javascript:x) ![b](http://x.test/y) `'
HELD = {
    "html", "head", "meta", "title", "style", "body", "nav", "ul", "ol", "li", "a", "main", "h1", "h2", "h3",
    "p", "blockquote", "hr", "strong", "em", "code", "pre", "div", "table", "thead", "tbody", "tr", "th",
    "td", "br",
}  # fmt: skip


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def read(document: str) -> Reader:
    reader = Reader()
    reader.feed(document)
    return reader


def check(document: str) -> Reader:
    """Only our own elements, no handler, and no address but the page's own anchors."""
    reader = read(document)
    assert set(reader.tags) <= HELD
    for name, value in reader.attributes:
        assert not name.startswith("on")
        assert name != "src"
        assert name != "href" or re.fullmatch(r"#s\d+", value or "")
    assert "@import" not in document
    assert not re.search(r"url\s*\(", document.split("</style>", maxsplit=1)[0])
    return reader


def test_the_same_contents_in_one_file_that_loads_nothing(bench: Bench) -> None:
    page = bench.prepared().page
    reader = check(as_html(page))
    for title in TITLES:
        assert title in reader.text
    for words in re.findall(r"[a-z]{4,}", page):
        assert words in reader.text or words == "bash"
    assert any("default-src 'none'" in (value or "") for _, value in reader.attributes)


def test_what_others_wrote_stays_text(bench: Bench) -> None:
    answers = {
        "rls-enabled": Answer(Outcome.PASS, Verdict.FAIL, note=NASTY),
        "permissive-policies": Answer(Outcome.PASS, Verdict.FAIL, note=NASTY),
    }
    reader = check(as_html(bench.prepared(answers, Decision.REJECT).page))
    assert "<script>alert(1)</script>" in reader.text


@given(st.text(alphabet=st.sampled_from("<>\"'&`|[]()!#-*_\n ax:/=@\\~"), max_size=200))
def test_no_markdown_at_all_becomes_more_than_text(text: str) -> None:
    check(as_html(f"# Review\n\n{text}\n"))
    check(as_html(f"{NASTY}\n\n{text}"))


def test_export_writes_it_and_refuses_a_page_that_was_changed(bench: Bench, tmp_path: Path) -> None:
    sealed = bench.sealed()
    out = tmp_path / "out"
    done = CliRunner().invoke(cli, ["export", str(sealed.record), "--out", str(out), "--html"])
    assert done.exit_code == 0, done.output
    (file,) = out.glob("*.html")
    assert check(file.read_text("utf-8")).tags.count("h2") == 9
    sealed.page.write_text(sealed.page.read_text("utf-8").replace("approved", "rejected", 1), "utf-8")
    done = CliRunner().invoke(cli, ["export", str(sealed.record), "--out", str(tmp_path / "more"), "--html"])
    assert done.exit_code == 2
    assert "changed after it was sealed" in done.output


@pytest.mark.parametrize("width", ["| a | b |\n|---|---|\n| 1 | 2 |\n"])
def test_tables_scroll_by_themselves(width: str) -> None:
    assert '<div class="wide" role="region" aria-label="Table" tabindex="0"><table>' in as_html(width)
