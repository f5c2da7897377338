"""Tries every table as every actor, says what opens each hole, and whether a weaker policy would show."""

from checklists.live.ground import Ground, Probed, Tell
from checklists.live.model import Claim, Counts, Outcome
from checklists.live.probe.actors import ACTORS, BRIEFLY, Actor
from checklists.live.probe.cells import Bench, Tried
from checklists.live.probe.context import Context
from checklists.live.probe.judging import claims
from checklists.live.probe.mutation import Sensitivity, weaken
from checklists.live.probe.reach import reachable
from checklists.live.probe.trials import trials
from checklists.live.probe.power import is_heavy, take_power
from checklists.live.probe.trying import undone
from checklists.live.rows.seeded import Seeded
from checklists.sql.schema import PLATFORM_SCHEMAS

_SECONDS = 3.0


def silent(_claim: Claim) -> None:
    """For a caller whom nobody watches."""


def probe(ground: Ground, seeded: Seeded, tell: Tell = silent) -> Probed:
    """Every claim, sorted, and how many cells they rest on; nothing of what was tried stays.

    Raises:
        SandboxError: The server is gone.
    """
    found: list[Claim] = []
    counts = Counts()
    with ground.connect() as connection, ground.limit(_SECONDS):
        connection.execute("begin")
        context = Context(ground, seeded, connection, reachable(connection))
        for table in sorted(context.reachable.tables & seeded.relations.keys()):
            if table.partition(".")[0] in PLATFORM_SCHEMAS:
                continue
            results, sensitivity, made = probe_table(context, table)
            for claim in made:
                found.append(claim)
                tell(claim)
            counts = _plus(counts, results, sensitivity)
        connection.execute("rollback")
    return Probed(tuple(sorted(found, key=_key)), counts)


def probe_table(
    context: Context, table: str
) -> tuple[dict[Actor, list[Tried]], Sensitivity, list[Claim]]:
    """The cells of one table, what weakening its policies did, and the claims that follow."""
    bench = Bench(context.connection, table)
    with undone(context.connection, "powerless"):
        take_power(context, table)
        brief = is_heavy(context, table)
        actors = BRIEFLY if brief else ACTORS
        results = {
            actor: bench.run(actor, trials(context.subject(table, actor), context.seeded.mine, brief=brief))
            for actor in actors
        }
        sensitivity = weaken(context, bench, results)
        made = [
            claim
            for actor, tried in results.items()
            for claim in claims(context, bench, actor, tried, sensitivity)
        ]
    return results, sensitivity, made


def _plus(counts: Counts, results: dict[Actor, list[Tried]], sensitivity: Sensitivity) -> Counts:
    cells = [tried.outcome for each in results.values() for tried in each]
    return Counts(
        counts.cells + len(cells),
        counts.conclusive + sum(outcome is not Outcome.INCONCLUSIVE for outcome in cells),
        counts.weakened + sensitivity.tried,
        counts.noticed + sensitivity.tried - len(sensitivity.missed),
        (*counts.missed, *sensitivity.missed),
    )


def _key(claim: Claim) -> tuple[str, str, str]:
    return claim.table, claim.actor, claim.command.value

