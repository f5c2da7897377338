"""What a team asks for, and what is said of a policy that cannot be meant."""

import json
import tomllib
from importlib import resources
from typing import Any

import jsonschema
import pytest

from checklists.catalogue import items, load
from checklists.errors import RecordError
from checklists.model import Severity
from checklists.record.policy import NAME, Policy, parse_policy
from checklists.record.policy.initial import ROLES, USUAL, initial_files
from checklists.record.policy.model import Authors, named_items

START = 'schema = "counterseal.policy/1"\n'
SCHEMA: dict[str, Any] = json.loads(
    resources.files("checklists.record.policy").joinpath("policy.schema.json").read_text("utf-8")
)
FULL = (
    START
    + """scope = ["supabase/**", "app"]
[review]
required = ["security", "float-money"]
signers = 2
authors = "counted"
veto = false
carried = "accepted"
failing = "accepted"
[[role]]
name = "security-auditor"
signers = 2
members = ["rae@example.org", "sam@example.org"]
required = ["rls"]
[waivers]
blocker = 0
high = 30
warn_days = 3
approvers = ["rae@example.org"]
[break_glass]
members = ["ops@example.org"]
hours = 2
"""
)


def test_every_key_is_read_and_the_schema_knows_it() -> None:
    policy = parse_policy(FULL.encode())
    assert policy.review.authors is Authors.COUNTED
    assert (policy.waivers.days(Severity.BLOCKER), policy.waivers.days(Severity.LOW)) == (0, None)
    assert policy.required_of(items())[-1] == "float-money"
    assert policy.required_of(items(), policy.role[0]) == named_items(["rls"], items())
    jsonschema.validate(tomllib.loads(FULL), SCHEMA)


def test_the_default_asks_for_everything_by_one_other_person() -> None:
    policy = parse_policy(START.encode())
    assert policy == Policy()
    assert (policy.review.signers, policy.review.authors) == (1, Authors.EXCLUDED)
    assert policy.required_of(items()) == named_items((), items())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[review\n", f"{NAME} is not TOML: "),
        ('schema = "counterseal.policy/9"\n', f"{NAME}:1: schema: it is 'counterseal.policy/9'"),
        (START + "[review]\nsigner = 2\n", f"{NAME}:3: review.signer: unknown key"),
        (START + '[review]\nsigners = "2"\n', f"{NAME}:3: review.signers: "),
        (START + "[review]\nsigners = 0\n", f"{NAME}:3: review.signers: at least one person"),
        (START + '[review]\nauthors = "allowed"\n', f"{NAME}:3: review.authors: "),
        (START + '[review]\nrequired = [\n  "rls",\n  "secrity",\n]\n', "did you mean security?"),
        (START + "[[role]]\nsigners = 1\n", f"{NAME}:2: role[0].name: missing key"),
        (START + '[[role]]\nname = "a"\n[[role]]\nname = "a"\n', f"{NAME}:5: role[1].name: 'a' is empty or"),
        (START + '[[role]]\nname = "a"\nsigners = 2\nmembers = ["x@y.z"]\n', "2 of 1 members can never sign"),
        (START + '[[role]]\nname = "a"\nmembers = ["*@y.z"]\n', "'*@y.z' is not one plain address"),
        ('scope = ["**/*.sql"]\n' + START, f"{NAME}:1: scope[0]: '**/*.sql' does not begin with a folder"),
        (START + "[waivers]\nhigh = -1\n", f"{NAME}:3: waivers.high: a number of days"),
        (START + "[break_glass]\nhours = 0\n", f"{NAME}:3: break_glass.hours: it is 1 or more"),
    ],
)
def test_a_fault_is_told_by_file_key_and_line(text: str, said: str) -> None:
    with pytest.raises(RecordError) as caught:
        parse_policy(text.encode(), sections=load())
    assert said in caught.value.message
    assert "config validate" in caught.value.hint
    beyond_the_schema = ("is not TOML", "did you mean", "can never sign", "is empty or")
    if not any(words in said for words in beyond_the_schema):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(tomllib.loads(text), SCHEMA)


def test_what_init_writes_is_a_policy(tmp_path: Any) -> None:
    assert set(USUAL) <= set(ROLES)
    policy_file, *_ = initial_files(tmp_path, "rae@example.org", "", ROLES)
    policy = parse_policy(policy_file.text.encode())
    assert tuple(role.name for role in policy.role) == ROLES
    assert policy.review.signers == len(ROLES)
    jsonschema.validate(tomllib.loads(policy_file.text), SCHEMA)
