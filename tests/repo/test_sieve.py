"""Which objects of a stream bear a mark, and on which lines."""

import io

from checklists.repo.sieve import Mark, sifted

MARKS = (Mark("key_"), Mark("re_", "[0-9]{3}"))


def _stream(*contents: bytes) -> io.BytesIO:
    objects = (b"%040d blob %d\n%s\n" % (n, len(data), data) for n, data in enumerate(contents))
    return io.BytesIO(b"".join(objects))


def _found(*contents: bytes) -> list[int]:
    return [int(name) for name, _ in sifted(_stream(*contents), MARKS)]


def _kept(text: bytes) -> bytes:
    ((_, lines),) = sifted(_stream(text), MARKS)
    return lines


def test_a_word_alone_or_with_what_has_to_follow() -> None:
    assert _found(b"a key_ b", b"nothing", b"pre_tend", b"more_123", b"re_12", b"") == [0, 3]


def test_a_later_hit_counts_where_the_first_is_not_followed() -> None:
    assert _found(b"re_ re_x re_789") == [0]


def test_binary_contents_are_no_text() -> None:
    assert _found(b"\0key_", b"x" * 8000 + b"\0key_") == [1]


def test_lines_that_look_like_headers_are_contents() -> None:
    assert _found(b"%040d blob 3\n" % 7, b"key_") == [1]


def test_what_is_missing_is_passed_over() -> None:
    stream = io.BytesIO(b"%040d missing\n" % 1 + _stream(b"key_").getvalue())
    assert [int(name) for name, _ in sifted(stream, MARKS)] == [0]


def test_of_lines_far_from_marks_the_ends_are_left() -> None:
    assert _kept(b"a\nb\nc key_ d key_\n\ne\n\nf\ng\nh\nkey_") == b"\n\nc key_ d key_\n\ne\n\nf\n\n\nkey_"


def test_marks_on_lines_that_follow_each_other_keep_what_is_below_the_last() -> None:
    assert _kept(b"x\nkey_\nkey_\na\nb\nc\n") == b"\nkey_\nkey_\na\nb"


def test_a_line_whose_mark_is_not_followed_is_left_out() -> None:
    assert _kept(b"re_\na\nb\nkey_") == b"\n\n\nkey_"
