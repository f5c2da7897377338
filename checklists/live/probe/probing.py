"""Tries every table as every actor, says what opens each hole, and whether a weaker policy would show."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from checklists.live.ground import Ground, Probed, Tell
from checklists.live.model import Action, Claim, ClaimStatus, Counts, Note, Outcome
from checklists.live.probe.accounts import account_deletion
from checklists.live.probe.actors import ACTORS, BRIEFLY, Actor
from checklists.live.probe.calling import called, definers
from checklists.live.probe.cells import Bench, Tried
from checklists.live.probe.channels import Part, realtime, storage
from checklists.live.probe.context import Context
from checklists.live.probe.declaring import with_declared_rows
from checklists.live.probe.escalating import escalations
from checklists.live.probe.judging import claims
from checklists.live.probe.marking import marks
from checklists.live.probe.mutation import Sensitivity, weaken
from checklists.live.probe.observing import kept
from checklists.live.probe.power import is_heavy, take_power
from checklists.live.probe.reach import reachable
from checklists.live.probe.signing_up import self_made_admins
from checklists.live.probe.trials import trials
from checklists.live.probe.trying import undone
from checklists.live.probe.viewing import viewed, views
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
    found: dict[tuple[str, str, Action], Claim] = {}
    counts = Counts()

    def add(claims: Iterable[Claim]) -> None:
        for claim in claims:
            found[_slot(claim)] = claim
            tell(claim)

    with contextlib.closing(Session(ground, seeded)) as session, ground.limit(_SECONDS):
        for table in session.tables():
            made, more = session.table(table)
            counts = _sum(counts, more)
            add(made)
        for table in session.tables():
            climbed = escalations(session.context, table)
            add(kept(c, found.get(_slot(c))) for c in climbed if _tells(c, found.get(_slot(c))))
        add(account_deletion(session.context))
        add(self_made_admins(session.context))
        context, marked = session.context, marks(seeded)
        take_power(context, seeded.relations)
        for parts in (tuple(storage(context)), tuple(realtime(context))):
            counts = _sum(counts, _of_parts(parts))
            for part in parts:
                add(claim for claim in part.claims if _says_more(claim, found.get(_slot(claim))))
        for view in views(context):
            add(viewed(context, view, marked))
        for function in definers(context):
            add(called(context, function, marked))
    return Probed(tuple(sorted(found.values(), key=_key)), counts)


@dataclass(slots=True)
class Session:
    """One connection after the other: a statement that will not stop costs the one it runs on."""

    ground: Ground
    seeded: Seeded
    _context: Context | None = None

    @property
    def context(self) -> Context:
        """An open transaction, begun where there is none."""
        if self._context is None:
            connection = self.ground.connect()
            connection.execute("begin")
            self._context = Context(self.ground, self.seeded, connection, reachable(connection))
        return self._context

    def close(self) -> None:
        """Forget all that was tried."""
        if self._context is not None:
            self._context.connection.close()
            self._context = None

    def tables(self) -> list[str]:
        """The repo's tables that a visitor or signed-in user can reach, sorted."""
        found = self.context.reachable.tables & self.seeded.relations.keys()
        return sorted(name for name in found if name.partition(".")[0] not in PLATFORM_SCHEMAS)

    def table(self, name: str) -> tuple[list[Claim], Counts]:
        """The claims about one table; untested ones where a statement on it would not end."""
        import psycopg  # noqa: PLC0415 - comes with the extra

        try:
            results, sensitivity, made = probe_table(self.context, name)
        except psycopg.OperationalError as error:
            self.close()
            because = f"could not test because the server ended the session: {str(error).splitlines()[0]}"
            commands = (Action.SELECT, Action.INSERT, Action.UPDATE, Action.DELETE)
            return [
                Claim(name, a.name, c, ClaimStatus.UNTESTED, because) for a in ACTORS for c in commands
            ], Counts()
        return made, _counts(results, sensitivity)


def probe_table(context: Context, table: str) -> tuple[dict[Actor, list[Tried]], Sensitivity, list[Claim]]:
    """The cells of one table, what weakening its policies did, and the claims that follow."""
    bench = Bench(context.connection, table)
    with undone(context.connection, "powerless"):
        take_power(context, context.asked(table), but=table)
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
        made = list(with_declared_rows(context, bench, actors, made))
    return results, sensitivity, made


def _counts(results: dict[Actor, list[Tried]], sensitivity: Sensitivity) -> Counts:
    cells = [tried.outcome for each in results.values() for tried in each]
    return Counts(
        cells=len(cells),
        conclusive=sum(outcome is not Outcome.INCONCLUSIVE for outcome in cells),
        weakened=sensitivity.tried,
        noticed=sensitivity.tried - len(sensitivity.missed),
        missed=sensitivity.missed,
    )


def _of_parts(parts: tuple[Part, ...]) -> Counts:
    """The cells of all parts; a weakening is noticed where any of them noticed it."""
    total = Counts()
    for part in parts:
        total = _sum(total, _counts(dict(part.results), part.sensitivity))
    missed = [dict(part.sensitivity.missed) for part in parts]
    everywhere = {
        name: why for name, why in (missed[0] if missed else {}).items() if all(name in m for m in missed)
    }
    tried = max((part.sensitivity.tried for part in parts), default=0)
    return replace(
        total, weakened=tried, noticed=tried - len(everywhere), missed=tuple(sorted(everywhere.items()))
    )


def _sum(one: Counts, other: Counts) -> Counts:
    return Counts(
        one.cells + other.cells,
        one.conclusive + other.conclusive,
        one.weakened + other.weakened,
        one.noticed + other.noticed,
        one.missed + other.missed,
    )


_GRAVITY = tuple(
    ClaimStatus(word)
    for word in ("refuted", "broken", "by_role", "guarded", "untested", "declared_open", "proven", "closed")
)


def _says_more(claim: Claim, known: Claim | None) -> bool:
    """Whether it is graver than what is known of the same table, actor and command from another bucket."""
    return known is None or _GRAVITY.index(claim.status) < _GRAVITY.index(known.status)


def _tells(claim: Claim, known: Claim | None) -> bool:
    """Whether it is about the step itself, or graver than what the plain trials showed."""
    return Note.SELF_MADE in claim.notes or _says_more(claim, known)


def _slot(claim: Claim) -> tuple[str, str, Action]:
    return claim.table, claim.actor, claim.command


def _key(claim: Claim) -> tuple[str, str, str]:
    return claim.table, claim.actor, claim.command.value
