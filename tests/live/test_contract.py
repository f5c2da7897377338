"""The JSON of a proof is what its schema says."""

import json
from importlib import resources
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from checklists.live import contract
from checklists.live.model import (
    Action,
    AppliedFile,
    Cause,
    Claim,
    ClaimStatus,
    How,
    Lock,
    Mode,
    Plan,
    Proof,
    RoundTrip,
    SeedRow,
    Skipped,
)

SCHEMA = json.loads(resources.files("checklists.live").joinpath("proof.schema.json").read_text("utf-8"))
PROOF = Proof(
    server="18.1",
    stood_in=("pg_net",),
    files=(
        AppliedFile(
            "supabase/migrations/1_a.sql",
            Mode.BY_STATEMENT,
            (Skipped(3, "42P01", "no such relation"),),
            (Lock("public.t", "AccessExclusiveLock"),),
        ),
    ),
    round_trips=(RoundTrip("1_a.sql", "1_a.down.sql", False, None, ("- index public.t_i",)),),
    rows=(SeedRow("public.t", ("A", "B"), How.REPLICA, "no list of values passes the CHECK"),),
    claims=(
        Claim("public.t", "A", Action.SELECT, ClaimStatus.PROVEN),
        Claim(
            "public.t",
            "B",
            Action.UPDATE,
            ClaimStatus.REFUTED,
            provisional=("pg_net is a stand-in",),
            causes=(Cause(("public.t/Everybody",)),),
            sql="update public.t set a = 1;",
        ),
    ),
    plans=(Plan("public.t", "A", "initplan", "policy:public.t/Owners", "is evaluated for each row", 18.0),),
)


def plain() -> dict[str, Any]:
    return json.loads(json.dumps(contract.as_json(PROOF)))  # type: ignore[no-any-return]


def test_a_proof_keeps_its_contract() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(plain())


@pytest.mark.parametrize(
    ("part", "field", "value"), [("claims", "status", "safe"), ("files", "mode", "fine"), ("rows", "how", "")]
)
def test_the_schema_knows_only_the_contract_s_words(part: str, field: str, value: str) -> None:
    told = plain()
    told[part][0][field] = value
    with pytest.raises(ValidationError):
        Draft202012Validator(SCHEMA).validate(told)


def test_a_claim_says_on_what_it_rests() -> None:
    proven, refuted = plain()["claims"]
    assert proven["provisional"] is False
    assert refuted["provisional"] is True
    assert refuted["rests_on"] == ["pg_net is a stand-in"]
    assert PROOF.refuted == (PROOF.claims[1],)
    assert not PROOF.strict
