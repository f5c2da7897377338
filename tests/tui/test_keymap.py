"""The keys of the console: each has one meaning where it is pressed, and a reviewer may bind others."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from textual.screen import Screen

from checklists.errors import CountersealError
from tui.keymap import actions, bindings, read_keymap
from tui.screens.review import ReviewScreen
from tui.widgets.answering import Answering


def test_an_actions_name_stands_for_one_key_and_one_deed() -> None:
    named = defaultdict(set)
    for _, binding in bindings():
        named[binding.id].add((binding.key, binding.action.removeprefix("screen.")))
    assert len(named) > 40
    assert None not in named
    assert [name for name, meant in named.items() if len(meant) > 1] == []


def test_no_key_means_two_things_on_a_screen() -> None:
    """A widget's keys come before its screen's: answers before what the review screen does."""
    owners = defaultdict(set)
    for owner, binding in bindings():
        for key in binding.key.split(","):
            owners[key].add(owner)
    screens = {owner for owner, _ in bindings() if issubclass(owner, Screen)} - {ReviewScreen}
    for key, holders in owners.items():
        assert not {ReviewScreen, Answering} <= holders, key
        for each in holders & screens:
            assert sum(key in b.key.split(",") for owner, b in bindings() if owner is each) == 1, key


def test_no_file_is_the_usual_keys(tmp_path: Path) -> None:
    assert read_keymap(tmp_path / "keys.toml") == {}


def test_a_key_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text('[keys]\nconfirm = "ctrl+y"\n"seal.back" = "b"\n')
    assert read_keymap(file) == {"confirm": "ctrl+y", "seal.back": "b"}
    assert {"confirm", "seal.back"} <= actions()


def test_a_key_may_change_hands_and_mean_another_thing_elsewhere(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    moved = {"confirm": "n", "next": "c", "back": "escape", "seal.approve": "n", "item.down": "f6"}
    file.write_text("[keys]\n" + "".join(f'"{name}" = "{key}"\n' for name, key in moved.items()))
    assert read_keymap(file) == moved


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[keys]\nnext = "n"\nconfrim = "y"\n',
            "keys.toml:3: keys.confrim: there is no such action, among annotate",
        ),
        ("[keys]\nconfirm = 1\n", "keys.toml:2: keys.confirm"),
        (
            '[keys]\nconfirm = "f5"\nnext = "n,f5"\n',
            "keys.toml:2: keys.confirm: f5 is the key of next as well.",
        ),
        ('[keys]\nconfirm = "n"\n', "keys.toml:2: keys.confirm: n is the key of next as well."),
        ('[keys]\nmatrix = "j"\n', "keys.toml:2: keys.matrix: j is the key of "),
        ('[keys]\n"seal.approve" = "r"\n', "keys.seal.approve: r is the key of seal.reject as well."),
        ("[keys\n", "is not TOML"),
        ('[key]\nconfirm = "y"\n', "unknown key"),
    ],
)
def test_what_is_wrong_is_told_by_line(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(text)
    with pytest.raises(CountersealError) as error:
        read_keymap(file)
    assert told in error.value.message
    assert "take it away" in error.value.hint


def test_every_key_of_the_readme_is_one() -> None:
    table = (
        (Path(__file__).parents[2] / "README.md")
        .read_text()
        .partition("| key | does |")[2]
        .partition("\n\n")[0]
    )
    named = re.findall(r"`(\S+)`", table)
    spelled = {"?": "question_mark", "[": "left_square_bracket", "]": "right_square_bracket"}
    known = {key for _, binding in bindings() for key in binding.key.split(",")}
    assert len(named) > 12
    assert [key for key in named if spelled.get(key, key) not in known] == []
