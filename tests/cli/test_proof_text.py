"""A proof in words: plans as a person would say them, and what the counts count."""

import pytest
from demo import demo_project

from checklists.live.model import (
    Action,
    AppliedFile,
    Claim,
    ClaimStatus,
    Counts,
    How,
    Mode,
    Plan,
    Proof,
    SeedRow,
)
from tui.commands.plan_text import cost, plan_text
from tui.commands.proof_text import proof_text

DEAR = "With row security a read costs {} times as much as without"


def plan(kind: str, ratio: float | None, rewritten: float | None) -> Plan:
    return Plan("public.t", "A", kind, "policy:public.t/p", "no index leads", ratio, rewritten, "alter x;")


@pytest.mark.parametrize(
    ("kind", "ratio", "rewritten", "said"),
    [
        ("initplan", 39.0, 1.24, f"{DEAR.format(39)}; with the call in a (select …) 1.2 times."),
        ("initplan", 2.0, 1.0, f"{DEAR.format(2)}; with the call in a (select …) about as much as without."),
        ("missing_index", 1.0, 0.46, "With the index a read costs 54 % less."),
        ("missing_index", 3.0, 0.2, f"{DEAR.format(3)}; with the index less than without."),
        ("plan_blow_up", 3.26, None, f"{DEAR.format(3.3)}."),
        ("plan_blow_up", 1.04, None, ""),
        ("leakproof_blocked", None, None, ""),
        ("missing_index", 0.0, 0.0, ""),
    ],
)
def test_figures_are_a_sentence_or_nothing(
    kind: str, ratio: float | None, rewritten: float | None, said: str
) -> None:
    assert cost(plan(kind, ratio, rewritten)) == said


def test_a_plan_ends_with_what_mends_it() -> None:
    first, because, mends = plan_text(plan("missing_index", 1.0, 0.46))
    assert first == "  policy:public.t/p as A"
    assert because == "    No index leads. With the index a read costs 54 % less."
    assert mends.endswith("      alter x;\x1b[0m")


def said() -> str:
    project = demo_project()
    paths = (*project.layout.migrations, "supabase/seed.sql")
    status = {"public.a": ClaimStatus.GUARDED, "public.b": ClaimStatus.DECLARED_OPEN}
    proof = Proof(
        "17.1",
        files=tuple(AppliedFile(path, Mode.WHOLE) for path in paths),
        rows=tuple(SeedRow(table, ("A", "B"), How.TRIGGERS) for table in ("public.a", "storage.objects")),
        claims=tuple(Claim(table, "A", Action.UPDATE, status[table]) for table in status),
        counts=Counts(cells=5, conclusive=4),
    )
    return "\n".join(proof_text(project, proof, everything=False))


def test_counts_say_what_they_count() -> None:
    words = " ".join(said().split())
    assert "2 of 2 SQL files (1 migration and supabase/seed.sql) went in." in words
    assert "2 of 2 tables, storage.objects of the platform's own among them." in words
    assert (
        "5 trials (one statement as one person), 4 conclusive, add up to 2 claims (what one person" in words
    )


def test_what_is_open_or_guarded_on_purpose_names_its_tables() -> None:
    assert "1 claim refused by a trigger\x1b[0m\n  public.a" in said()
    assert "1 claim open, as a policy says\x1b[0m\n  public.b" in said()
