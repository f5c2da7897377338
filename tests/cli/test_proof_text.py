"""A proof in words: plans as a person would say them, and what the counts count."""

from dataclasses import replace

import pytest
from demo import demo_project

from checklists.live.model import (
    Action,
    AppliedFile,
    Cause,
    Claim,
    ClaimStatus,
    Counts,
    How,
    Mode,
    Plan,
    Proof,
    SeedRow,
    Skipped,
)
from checklists.repo.source_file import SourceFile
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
    assert (
        "1 claim refused by a trigger, a function or a constraint, not by a policy\x1b[0m\n  public.a"
        in said()
    )
    assert (
        "1 claim open, as a policy or grant says, or of rows that are nobody's\x1b[0m\n  public.b" in said()
    )


def text(**fields: object) -> str:
    proof = Proof("17.1", **fields)  # type: ignore[arg-type]
    return " ".join("\n".join(proof_text(demo_project(), proof, everything=False)).split())


def test_what_has_one_cause_is_told_once() -> None:
    off = (Cause(words="row level security is off"),)
    words = text(
        claims=tuple(
            Claim(table, actor, action, ClaimStatus.REFUTED, "a visitor can", causes=off, sql="select 1;")
            for table in ("public.a", "public.b")
            for action in (Action.SELECT, Action.DELETE)
            for actor in ("A", "anon")
        ),
        counts=Counts(8, 8),
    )
    assert "public.a, public.b: select, delete as anon, A a visitor can (select on public.a)" in words
    assert words.count("opened by row level security is off") == words.count("select 1;") == 1


def test_holes_of_different_policies_stand_apart() -> None:
    claims = [
        Claim(
            f"public.{name}", "A", Action.SELECT, ClaimStatus.REFUTED, causes=(Cause((f"policy:p{name}",)),)
        )
        for name in "ab"
    ]
    words = text(claims=tuple(claims), counts=Counts(2, 2))
    assert "public.a: select as A opened by policy pa public.b: select as A opened by policy pb" in words


def test_what_many_files_lack_is_summed_up() -> None:
    lacks = (Skipped(1, "42P01", 'relation "public.posts" does not exist'),) * 2
    files = tuple(AppliedFile(f"{n}.sql", Mode.BY_STATEMENT, lacks) for n in range(14))
    words = text(files=files)
    assert "14 files went in without some statements." in words
    assert "relation public.posts (28)" in words
    assert "and 2 more files; --all shows them" in words


@pytest.mark.parametrize(
    ("config", "told"),
    [
        (None, "There is no config.toml to say whether new tables are granted"),
        ("[api]\n", "supabase/config.toml does not say whether new tables are granted"),
        ("[api\n", "supabase/config.toml cannot be read, it is not valid TOML: Expected ']'"),
    ],
)
def test_why_the_grants_are_not_known_is_said(config: str | None, told: str) -> None:
    path, demo = "supabase/config.toml", demo_project()
    files = {path: SourceFile(path, "0" * 40, config.encode(), config)} if config else {}
    snapshot = replace(demo.snapshot, files={**demo.snapshot.files, **files})
    layout = replace(demo.layout, config=path if config else None)
    project = replace(demo, snapshot=snapshot, layout=layout)
    proof = Proof("17.1", ungranted=())
    words = " ".join("\n".join(proof_text(project, proof, everything=False)).split())
    assert told in words
    assert ("does not say" in words) == (config == "[api]\n")


def test_nothing_tried_is_said() -> None:
    claim = Claim("auth.users", "service_role", Action.DELETE, ClaimStatus.PROVEN)
    assert "No grant lets a visitor or a signed-in user reach a table" in text(claims=(claim,))
