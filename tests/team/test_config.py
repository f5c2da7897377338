"""A team's files say what they can mean, or are refused by file, key and line."""

import json
import tomllib
from importlib import resources

import pytest
from builders import project
from jsonschema import Draft202012Validator, ValidationError
from sealing import FINDING

from checklists.codec import from_plain
from checklists.errors import CountersealError
from checklists.model import Severity
from checklists.team import Config
from checklists.team.baseline import Baseline, baseline_of, baseline_toml
from checklists.team.config import Reclassified, Suppressed
from checklists.team.read import parse_config

WHOLE = """\
schema = "counterseal.config/1"

[[suppress]]
check = "policy_always_true"
object = "policy:public.posts/Read all"
reason = "Posts are public."

[[reclassify]]
check = "missing_index"
severity = "low"
reason = "Our tables are small."

[facts]
public_tables = ["public.posts"]
sensitive_columns = ["public.profiles.birthday"]

[facts.rows]
"public.countries" = 250
"""
SCHEMA = Draft202012Validator(
    json.loads(resources.files("checklists.team").joinpath("config.schema.json").read_text("utf-8"))
)


def test_a_whole_configuration_is_read_field_by_field() -> None:
    config = parse_config(WHOLE.encode())
    assert config.suppress == (
        Suppressed("policy_always_true", "policy:public.posts/Read all", "Posts are public."),
    )
    assert config.reclassify == (
        Reclassified("missing_index", "Our tables are small.", severity=Severity.LOW),
    )
    assert config.facts.public_tables == ("public.posts",)
    assert config.facts.rows == {"public.countries": 250}
    SCHEMA.validate(tomllib.loads(WHOLE))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (WHOLE.replace("/1", "/2"), "config.toml:1: schema: it is 'counterseal.config/2'"),
        (WHOLE.replace("severity", "severe"), "config.toml:10: reclassify[0].severe: unknown key"),
        (WHOLE.replace('"low"', '"tiny"'), "config.toml:10: reclassify[0].severity: "),
        (WHOLE.replace('severity = "low"\n', ""), "config.toml:8: reclassify[0]: it says neither"),
        (WHOLE.replace('"Posts are public."', '" "'), "config.toml:6: suppress[0].reason: it is empty"),
        (WHOLE.replace('reason = "Posts are public."\n', ""), "config.toml:3: suppress[0].reason: missing"),
        (
            WHOLE.replace('["public.posts"]', '"public.posts"'),
            ":14: facts.public_tables: it is str, not list",
        ),
        (WHOLE.replace("250", "-1"), "config.toml:18: facts.rows.public.countries: a number of rows"),
    ],
)
def test_what_it_cannot_mean_is_told_by_file_key_and_line(text: str, complaint: str) -> None:
    with pytest.raises(CountersealError) as refused:
        project({".counterseal/config.toml": text})
    assert complaint in refused.value.message
    with pytest.raises(ValidationError):
        SCHEMA.validate(tomllib.loads(text))


def test_the_same_finding_twice_and_no_toml_are_refused() -> None:
    twice = "\n".join([WHOLE.split("[facts]", maxsplit=1)[0], "[[suppress]]", *WHOLE.splitlines()[3:6]])
    with pytest.raises(CountersealError, match="suppressed twice"):
        parse_config(twice.encode())
    with pytest.raises(CountersealError, match=r"config\.toml is not TOML: .*line 1"):
        parse_config(b"= 1\n")
    with pytest.raises(CountersealError, match="is not UTF-8"):
        parse_config(b'schema = "\xe9"\n')


def test_without_files_a_team_says_nothing() -> None:
    assert project({}).team.config == Config()
    assert project({}).team.baseline.ids == frozenset()


def test_a_baseline_is_written_as_it_is_read() -> None:
    odd = FINDING.__class__(**{
        **{name: getattr(FINDING, name) for name in FINDING.__slots__}, "object": 'policy:public.t/A "b"\n#2',
        "occurrence": 2,
    })  # fmt: skip
    baseline = baseline_of([FINDING, odd], "c" * 40)
    again = from_plain(Baseline, tomllib.loads(baseline_toml(baseline)))
    assert again == baseline
    assert again.ids == {FINDING.id, odd.id}
