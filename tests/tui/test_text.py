"""Text from the repo: nothing of it can reach the terminal as anything but marks to read."""

import string
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tui.text import clip, clip_path, one_line, visible


@given(st.text())
def test_what_is_visible_holds_no_control_or_format_character(text: str) -> None:
    shown = visible(text)
    assert all(char == "\n" or char.isprintable() for char in shown)
    assert not {unicodedata.category(char) for char in shown if char != "\n"} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.text())
def test_the_ascii_form_is_ascii(text: str) -> None:
    assert visible(text, ascii_only=True).isascii()
    assert all(char == "\n" or " " <= char <= "~" for char in visible(text, ascii_only=True))


@given(st.text(alphabet=string.ascii_letters + string.digits + string.punctuation + " \n"))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert visible(text) == text == visible(text, ascii_only=True)


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    assert "\n" not in one_line(text)


def test_marks_can_be_read() -> None:
    assert visible("a\x1b]0;x\x07\x7f\x9b") == "a␛]0;x␇␡<U+009B>"
    assert visible("a\x1b]0;x\x07\x7f", ascii_only=True) == "a^[]0;x^G^?"
    assert visible("pass\u202eword\u200b") == "pass<U+202E>word<U+200B>"
    assert visible("a\tb") == "a   b"
    assert visible("\ud800") == "<U+D800>"
    assert visible("a\u00a0b") == "a b"


def test_clipping_keeps_what_says_most() -> None:
    assert clip("abcdef", 6) == "abcdef"
    assert clip("abcdefg", 6) == "abcde…"
    assert clip_path("supabase/migrations/1_a.sql", 10) == "…/1_a.sql"
    assert clip_path("a/long_name.sql", 8) == "…ame.sql"
    assert clip_path("a.sql", 10) == "a.sql"
