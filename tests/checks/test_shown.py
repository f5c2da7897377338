"""What a proof and the text both show is told once: each finding names the other, and they weigh the same."""

from builders import migrations

from checklists.checks.discovery import discover
from checklists.checks.engine import run
from checklists.checks.project import Project
from checklists.checks.shown import holes
from checklists.live.model import Action, Cause, Claim, ClaimStatus, Proof
from checklists.model import Finding, Severity

TABLE = """create table public.t (id uuid primary key, owner uuid references auth.users (id));
alter table public.t enable row level security;
create policy w on public.t for insert to authenticated with check (true);
create policy u on public.t for update to authenticated using ((select auth.uid()) is not null);
"""
OFF = "create table public.t (id uuid primary key, owner uuid references auth.users (id));"
W, U = "policy:public.t/w", "policy:public.t/u"
CHECKS = ("isolation_refuted", "policy_always_true", "policy_any_authenticated", "rls_disabled",
          "account_deletion_blocked", "policy_lookup_writable")  # fmt: skip


def claim(
    actor: str, command: Action, *policies: str, words: str = "", provisional: tuple[str, ...] = (),
    status: ClaimStatus = ClaimStatus.REFUTED, table: str = "public.t",
) -> Claim:  # fmt: skip
    causes = (Cause(policies, (), words),)
    return Claim(table, actor, command, status, f"{actor} did it", provisional, causes, "select 1;")


def found(sql: str, *claims: Claim) -> dict[str, Finding]:
    """The findings by check, of the project after a proof with these claims."""
    project: Project = migrations(sql).proven(Proof("18", claims=claims))
    rules = [rule for rule in discover() if rule.id in CHECKS]
    return {finding.check: finding for report in run(project, rules) for finding in report.findings}


def test_one_cause_is_one_hole_whatever_the_command() -> None:
    off = "row level security is off"
    commands = (Action.SELECT, Action.UPDATE, Action.UPSERT)
    (hole,) = holes([claim(actor, each, words=off) for actor in ("A", "anon") for each in commands])
    assert {each.command for each in hole} == {Action.SELECT, Action.UPDATE}
    assert len(holes([claim("A", Action.UPSERT, W, U), claim("A", Action.UPDATE, U)])) == 1
    assert len(holes([claim("A", Action.UPDATE, U), claim("A", Action.INSERT, W)])) == 2
    assert len(holes([claim("A", Action.UPDATE, U), claim("anon", Action.INSERT, U)])) == 2
    assert holes([claim("A", Action.UPDATE, U, status=ClaimStatus.PROVEN)]) == []


def test_each_names_the_other_and_the_worse_counts() -> None:
    told = found(TABLE, claim("anon", Action.INSERT, W), claim("A", Action.UPDATE, U))
    read = told["policy_always_true"]
    assert read.severity is Severity.BLOCKER
    assert read.message.endswith("The proof shows it: insert on public.t as anon.")
    assert found(TABLE)["policy_always_true"].severity is not Severity.BLOCKER
    assert f"The text shows why: policy_any_authenticated on {U}." in told["isolation_refuted"].message
    assert told["isolation_refuted"].severity is told["policy_any_authenticated"].severity


def test_row_security_that_is_off_is_the_tables() -> None:
    told = found(OFF, claim("anon", Action.SELECT, words="row level security is off"))
    assert "The text shows why: rls_disabled on table:public.t" in told["isolation_refuted"].message
    assert "select on public.t as anon" in told["rls_disabled"].message


def test_what_is_provisional_or_takes_two_policies_raises_nothing() -> None:
    for each in (
        claim("anon", Action.INSERT, W, provisional=("a stand-in",)),
        claim("anon", Action.INSERT, W, U),
    ):
        assert (
            found(TABLE, each)["policy_always_true"].severity is found(TABLE)["policy_always_true"].severity
        )
    read = found(TABLE, claim("A", Action.INSERT, W, provisional=("x",)))["policy_always_true"]
    assert "The proof shows it, provisionally: insert" in read.message


def test_what_fails_weighs_as_the_check_says_that_knows_why() -> None:
    key = "constraint:public.t/t_owner_fkey"
    held = claim("service_role", Action.DELETE, words=key, status=ClaimStatus.BROKEN, table="auth.users")
    told = found(TABLE, held)
    assert told["isolation_refuted"].severity is told["account_deletion_blocked"].severity
    assert told["account_deletion_blocked"].severity is found(TABLE)["account_deletion_blocked"].severity


def test_an_error_where_nothing_is_meant_for_visitors_is_least() -> None:
    own = TABLE + "create policy r on public.t for select using (owner = (select auth.uid()));"
    words = "permission denied for table u"
    said = claim("anon", Action.SELECT, words=words, status=ClaimStatus.BROKEN)
    assert found(own, said)["isolation_refuted"].severity is Severity.LOW
    some = own + "create policy p on public.t for select using (id is not null);"
    assert found(some, said)["isolation_refuted"].severity is Severity.HIGH
    both = (said, claim("A", Action.SELECT, words=words, status=ClaimStatus.BROKEN))
    assert found(own, *both)["isolation_refuted"].severity is Severity.HIGH


def test_without_a_proof_nothing_waits() -> None:
    rules = [rule for rule in discover() if rule.id in CHECKS]
    assert [report.check for report in run(migrations(TABLE), rules)] == [rule.id for rule in rules]
    proven = migrations(TABLE).proven(Proof("18"))
    assert {report.check for report in run(proven, rules)} == {rule.id for rule in rules}
