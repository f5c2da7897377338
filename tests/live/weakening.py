"""Weakens each policy to `true`, and turns row security off table by table: which claims say so?

`python tests/live/weakening.py [--supabase-dir DIR] REPO…` runs as a script, some minutes for a large repo.
Unlike the probe's own weakening, which asks whether one of its trials would go through, each mutant here is
probed from the start and judged by what its report says. The rows are those of the repo as it stands.

A mutant is noticed where a claim on its table grows more open, or newly names the policy as what opens it.
What changes nothing for anybody makes no mutant: a policy that says `true` already, or beside one that does;
a table or role that no visitor or signed-in user comes by.
"""

import argparse
import contextlib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from checklists.checks.loading import load_project
from checklists.live.ground import Ground
from checklists.live.model import Action, Claim, ClaimStatus
from checklists.live.probe.channels import realtime, storage
from checklists.live.probe.context import Context
from checklists.live.probe.mutation import idle, weaker
from checklists.live.probe.power import take_power
from checklists.live.probe.probing import Session, probe_table
from checklists.live.probe.trying import undone
from checklists.live.proving import exposes
from checklists.live.rehearsed import ground_of
from checklists.live.rows import seed
from checklists.live.rows.relations import MESSAGES, OBJECTS
from checklists.live.rows.solving import qualified
from checklists.live.sandbox.boot import boot
from checklists.sql.schema import Command, Policy, Schema, Table

Claims = dict[tuple[str, Action, str], Claim]
_OPENNESS = {
    ClaimStatus.GUARDED: 1, ClaimStatus.BY_ROLE: 2, ClaimStatus.DECLARED_OPEN: 3, ClaimStatus.REFUTED: 4,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One weakening: of a policy, or of a table's row security."""

    table: Table
    policy: Policy | None = None

    @property
    def object(self) -> str:
        return self.policy.object if self.policy else self.table.object

    @property
    def sql(self) -> str:
        if self.policy is None:
            return f"alter table {qualified(self.table.qualified)} disable row level security"
        return weaker(self.policy)

    def within(self, schema: Schema) -> Schema:
        """The schema as the catalogs would then hold it."""
        known = schema.tables[self.table.qualified]
        if self.policy is None:
            known = replace(known, rls_enabled=False)
        else:
            open_to_all = replace(
                self.policy,
                using=None if self.policy.command is Command.INSERT else "true",
                check=None if self.policy.command in (Command.SELECT, Command.DELETE) else "true",
            )
            known = replace(
                known, policies=tuple(open_to_all if p is self.policy else p for p in known.policies)
            )
        return replace(schema, tables={**schema.tables, known.qualified: known})


def mutants(context: Context) -> tuple[list[Mutant], Counter[str]]:
    """What can be weakened, and why the rest can not: nothing would change for anybody."""
    found, left = [], Counter[str]()
    schema = context.ground.schema
    for table in schema.tables.values():
        if not table.rls_enabled or not (table.policies or table in schema.exposed_tables()):
            continue
        if table.qualified not in (OBJECTS, MESSAGES):
            found.append(Mutant(table))
        found += [Mutant(table, policy) for policy in table.policies]
    kept = []
    for mutant in found:
        if why := _nothing(context, mutant):
            left[why] += 1
        else:
            kept.append(mutant)
    return kept, left


def _nothing(context: Context, mutant: Mutant) -> str:
    """Why a weakening changes nothing for a visitor or anybody who signs in; empty where it does."""
    if mutant.table.qualified not in context.reachable.tables:
        return "no grant reaches the table"
    return idle(mutant.table, mutant.policy) if mutant.policy else ""


def claims(context: Context, table: str) -> Claims:
    """What the probe claims of one table."""
    if table in (OBJECTS, MESSAGES):
        with undone(context.connection, "powerless"):
            take_power(context, context.seeded.relations)
            parts = (storage if table == OBJECTS else realtime)(context)
            made = [(claim, claim.because.split(":")[0]) for part in parts for claim in part.claims]
    else:
        made = [(claim, "") for claim in probe_table(context, table)[2]]
    return {(claim.actor, claim.command, where): claim for claim, where in made}


def notices(before: Claims, after: Claims, mutant: Mutant) -> bool:
    """Whether a claim grew more open, or newly names what was weakened."""
    for slot, claim in after.items():
        known = before.get(slot)
        if _OPENNESS.get(claim.status, 0) > (_OPENNESS.get(known.status, 0) if known else 0):
            return True
        if mutant.policy and _names(claim, mutant.object) and not (known and _names(known, mutant.object)):
            return True
    return False


def _names(claim: Claim, policy: str) -> bool:
    return any(policy in cause.policies for cause in claim.causes)


def missed(context: Context, mutant: Mutant, before: Claims) -> str:
    """Why a mutant went unnoticed, from grants, roles and what was claimed before."""
    table, policy = mutant.table, mutant.policy
    if not before:
        return "nothing could be tried"
    if policy and not policy.permissive:
        return "it keeps out none of those who tried"
    mine = {
        claim.command: claim for claim in before.values() if not policy or claim.command in _commands(policy)
    }
    if mine and all(
        claim.status in (ClaimStatus.REFUTED, ClaimStatus.DECLARED_OPEN) for claim in mine.values()
    ):
        return "all that it is about is open already"
    if all(context.seeded.of(table.qualified, name) is None for name in "AB"):
        return "there is no row in the table"
    return "unexplained: " + "; ".join(
        f"{c.value} {claim.status} ({claim.because})" for c, claim in mine.items()
    )


def _commands(policy: Policy) -> list[Action]:
    return [
        Action(c.value.lower())
        for c in (Command.SELECT, Command.INSERT, Command.UPDATE, Command.DELETE)
        if policy.governs(c)
    ]


@contextlib.contextmanager
def rehearsed(repo: Path, supabase_dir: str | None) -> Iterator[Ground]:
    project = load_project(repo, supabase_dir=supabase_dir, checked=False)
    with boot() as server:
        yield ground_of(
            server,
            project.snapshot,
            project.layout,
            project.schema,
            auto_expose=exposes(project.snapshot, project.layout),
            progress=lambda _path, _done, _total: None,
        )


def weakened(repo: Path, supabase_dir: str | None) -> tuple[int, list[tuple[str, str]], Counter[str]]:
    """How many mutants of one repo were tried, those that went unnoticed, and what made no mutant."""
    lost = []
    with rehearsed(repo, supabase_dir) as ground:
        seeded = seed(ground)
        with contextlib.closing(Session(ground, seeded)) as session, ground.limit(3.0):
            tried, left = mutants(session.context)
            before: dict[str, Claims] = {}
            for mutant in tried:
                name = mutant.table.qualified
                context = session.context
                reached = name in seeded.relations
                if name not in before:
                    before[name] = claims(context, name) if reached else {}
                if not reached or not _noticed(context, mutant, before[name]):
                    lost.append((mutant.object, missed(context, mutant, before[name])))
    return len(tried), lost, left


def _noticed(context: Context, mutant: Mutant, before: Claims) -> bool:
    with undone(context.connection, "mutant"):
        context.connection.execute(mutant.sql)
        ground = replace(context.ground, schema=mutant.within(context.ground.schema))
        changed = Context(ground, context.seeded, context.connection, context.reachable)
        return notices(before, claims(changed, mutant.table.qualified), mutant)


def main(repos: Iterable[Path], supabase_dir: str | None) -> int:
    total, unnoticed = 0, 0
    left: Counter[str] = Counter()
    for repo in repos:
        tried, lost, idle_ones = weakened(repo, supabase_dir)
        total, unnoticed, left = total + tried, unnoticed + len(lost), left + idle_ones
        sys.stdout.write(f"{repo.name}: {tried - len(lost)} of {tried} noticed\n")
        sys.stdout.writelines(f"    {name}: {why}\n" for name, why in lost)
        sys.stdout.flush()
    rate = f" ({100 * (total - unnoticed) / total:.1f} %)" if total else ""
    sys.stdout.write(f"{total - unnoticed} of {total} mutants noticed{rate}; no mutant: {dict(left)}\n")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("repos", nargs="+", type=Path)
    parser.add_argument("--supabase-dir")
    given = parser.parse_args()
    sys.exit(main(given.repos, given.supabase_dir))
