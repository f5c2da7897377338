"""From the cells of one table and actor to claims: one for each command, with its reason and its cause."""

from collections.abc import Iterator

from checklists.counting import counted
from checklists.live.model import Action, Cause, Claim, ClaimStatus, How, Outcome, Shape
from checklists.live.probe.actors import NOBODY, Actor
from checklists.live.probe.breaches import Breach, breaches
from checklists.live.probe.causes import Opening, Role, opening
from checklists.live.probe.cells import Bench, Tried
from checklists.live.probe.context import Context
from checklists.live.probe.declared import asks_only_through_functions, says_open
from checklists.live.probe.decoding import DENIED, PASSED
from checklists.live.probe.inverted import let_in_by_null
from checklists.live.probe.mutation import Sensitivity
from checklists.live.probe.observing import observed
from checklists.live.probe.trials import Trial, trials
from checklists.live.rows.candidates import POWERFUL
from checklists.live.rows.people import ADMIN, PEOPLE
from checklists.live.rows.relations import OBJECTS
from checklists.sql.questions.openness import Openness, openness
from checklists.sql.schema import Policy

_ERRORS = (Outcome.BROKEN, Outcome.RECURSION)
_TENANT_OF = {persona.name: persona.tenant for persona in PEOPLE}


def claims(
    context: Context, bench: Bench, actor: Actor, tried: list[Tried], sensitivity: Sensitivity
) -> Iterator[Claim]:
    """One claim for each command that was tried."""
    holes = breaches(context, bench, actor, tried)
    for command in dict.fromkeys(each.trial.command for each in tried):
        mine = [each for each in tried if each.trial.command is command]
        found = [hole for hole in holes if hole.tried.trial.command is command]
        if found:
            claim = judged(context, bench, actor, found)
        else:
            claim = _shut(context, bench, actor, command, mine, sensitivity)
        yield observed(claim, actor, mine)


def judged(context: Context, bench: Bench, actor: Actor, holes: list[Breach]) -> Claim:
    """The claim that follows from the holes, by the gravest of them."""
    weighed: list[tuple[int, int, ClaimStatus, Breach, Opening]] = []
    for hole in holes[:_MOST]:
        found = opening(context, bench, actor, hole.tried.trial)
        status = _status(context, bench, actor, hole, found)
        weighed.append((_ORDER.index(status), len(weighed), status, hole, found))
    _, _, status, hole, found = min(weighed)
    said = hole.words(actor)
    others = [h.words(actor) for _, _, each, h, _ in weighed if each is status and h.words(actor) != said]
    also = (
        f"; also {', and '.join(dict.fromkeys(others))}" if others and status is ClaimStatus.REFUTED else ""
    )
    trial = hole.tried.trial
    return Claim(
        bench.table,
        actor.name,
        trial.command,
        status,
        f"{actor.who} {hole.words(actor)}{_through(found.roles, status)}{also}"
        + _unless_served(bench.table, status),
        context.doubts(bench.table),
        found.causes,
        hole.sql(actor),
        tuple(sorted({note for _, _, each, h, _ in weighed if each is status for note in h.notes})),
    )


_MOST = 4
_ORDER = (ClaimStatus.REFUTED, ClaimStatus.BY_ROLE, ClaimStatus.DECLARED_OPEN, ClaimStatus.GUARDED)


def _unless_served(table: str, status: ClaimStatus) -> str:
    schema = table.partition(".")[0]
    return f"; but the Data API does not serve the schema {schema}" if status is ClaimStatus.GUARDED else ""


def _through(roles: tuple[Role, ...], status: ClaimStatus) -> str:
    if not roles:
        return ", by what it belongs to" if status is ClaimStatus.BY_ROLE else ""
    words = ", ".join(sorted(role.words for role in roles))
    return (
        f", through its row in {words}"
        if status is ClaimStatus.BY_ROLE
        else f", as anybody with a row in {words}"
    )


def _status(context: Context, bench: Bench, actor: Actor, hole: Breach, found: Opening) -> ClaimStatus:
    if not found.secured:
        served = bench.table.partition(".")[0] in context.ground.schema.exposed_schemas
        return ClaimStatus.REFUTED if served else ClaimStatus.GUARDED
    trial = hole.tried.trial
    reading = trial.command is Action.SELECT
    inserts = trial.command is Action.INSERT and trial.shape is Shape.OWN
    if (reading or inserts) and any(_declared(context, bench, trial, p) for p in found.alone):
        return ClaimStatus.DECLARED_OPEN
    if any(_given(context, actor, role) for role in found.roles) or _belongs(bench, actor, trial):
        return ClaimStatus.BY_ROLE
    if inserts or (reading and bench.table not in context.seeded.personal):
        return ClaimStatus.DECLARED_OPEN
    return ClaimStatus.REFUTED


def _belongs(bench: Bench, actor: Actor, trial: Trial) -> bool:
    """Whether a colleague or an admin does what somebody without any row does not: triggers may have written
    what gives it the right elsewhere than in its own rows.
    """
    colleague = actor.persona is not None and actor.persona.tenant == _TENANT_OF.get(actor.victim)
    others = trial.shape in (Shape.OTHERS, Shape.BLIND, Shape.TAKE) and trial.command is not Action.INSERT
    return (colleague or actor.persona is ADMIN) and others and not bench.passes(NOBODY, trial)


def _declared(context: Context, bench: Bench, trial: Trial, policy: Policy) -> bool:
    """Whether the policy itself says that this is open."""
    schema = context.ground.schema
    reading = trial.command is Action.SELECT
    if reading:
        if says_open(context.connection, schema, policy, trial.about):
            return True
        through = asks_only_through_functions(schema, policy) and bench.passes(NOBODY, trial)
        return through and not let_in_by_null(context, bench, trial, policy)
    table = context.table(policy.table)
    text = policy.effective_check
    open_to = (Openness.EVERYONE, Openness.SIGNED_IN)
    return text is not None and table is not None and openness(text, table, policy) in open_to


def _given(context: Context, actor: Actor, role: Role) -> bool:
    """Whether somebody else has to give the actor that row; a row that all customers have gives no role."""
    whose = context.seeded.whose
    if actor.persona is ADMIN:
        return True
    if _TENANT_OF[actor.persona.name if actor.persona else "A"] == _TENANT_OF[actor.victim]:
        return True
    own_organisation = role.row.table in whose.organisations
    if POWERFUL.search(role.row.table.partition(".")[2]) and not own_organisation:
        return True
    if role.label:
        return not own_organisation
    if own_organisation or role.row.table in whose.people or role.row.how is How.BY_TRIGGER:
        return False
    return not _makes(context, actor, role)


def _makes(context: Context, actor: Actor, role: Role) -> bool:
    """Whether the actor can put that row in for itself."""
    table = role.row.table
    if table not in context.reachable.tables:
        return False
    bench = Bench(context.connection, table)
    tried = trials(context.subject(table, actor), context.seeded.mine)
    own = next((t for t in tried if t.command is Action.INSERT and t.shape is Shape.OWN), None)
    return own is not None and bench.try_one(actor, own).outcome in PASSED


def _shut(
    context: Context,
    bench: Bench,
    actor: Actor,
    command: Action,
    tried: list[Tried],
    sensitivity: Sensitivity,
) -> Claim:
    status, because = _reading(context, bench, actor, command, tried, sensitivity)
    witness = next((each for each in tried if each.outcome in _ERRORS), None)
    sql = actor.replay(witness.trial.sql) if witness and status is ClaimStatus.BROKEN else ""
    causes = (Cause(words=witness.words),) if witness and status is ClaimStatus.BROKEN else ()
    doubts = (*context.doubts(bench.table), *context.unpassed(bench.table))
    return Claim(bench.table, actor.name, command, status, because, doubts, causes, sql)


def _reading(
    context: Context,
    bench: Bench,
    actor: Actor,
    command: Action,
    tried: list[Tried],
    sensitivity: Sensitivity,
) -> tuple[ClaimStatus, str]:
    """The status of a command that let nothing through, and why."""
    others = [each for each in tried if each.trial.breach]
    own = [each for each in tried if not each.trial.breach and each.trial.shape is not Shape.DELETED]
    error = next((each for each in tried if each.outcome in _ERRORS), None)
    if error is not None:
        return ClaimStatus.BROKEN, f"the statement fails with {error.words} ({error.sqlstate})"
    unclear = next((each for each in others if each.outcome is Outcome.INCONCLUSIVE), None)
    if unclear is not None:
        return ClaimStatus.UNTESTED, f"could not test because {unclear.words} ({unclear.sqlstate})"
    works = any(each.outcome in PASSED for each in own)
    guarded = next((each for each in others if each.outcome is Outcome.GUARDED), None)
    if guarded is not None:
        return ClaimStatus.GUARDED, f"a trigger stands in the way: {guarded.words or 'it changes the row'}"
    behind = next(
        (e for e in others if e.outcome is Outcome.PASSED_THEN_CONSTRAINT and not e.trial.shown), None
    )
    if behind is not None:
        return ClaimStatus.GUARDED, f"only a constraint stands in the way: {behind.words}"
    personal = context.subject(bench.table, actor).personal
    if not others:
        return _alone(context, bench, actor, command, personal=personal, works=works)
    grafts = [each for each in others if each.outcome in PASSED]
    if grafts and len(grafts) == len(others):
        hanging = "rows of its own may hang on others' rows that it can see"
        return ClaimStatus.DECLARED_OPEN, hanging if personal else _NOBODYS
    held = all(each.outcome in DENIED or each in grafts for each in others)
    if held and (works or actor.persona is None) and (actor.name, command) in sensitivity.noticed:
        refused = sum(each.outcome in DENIED for each in others)
        were = "was" if refused == 1 else "were"
        held_back = f"{counted(refused, 'tries')} at others' rows {were} refused"
        control = "its own goes through" if works else "a visitor has no rows"
        return ClaimStatus.PROVEN, f"{held_back}; {control}; a weakened policy was noticed"
    if works:
        return (
            ClaimStatus.UNTESTED,
            "others' rows were refused, but weakening the policies made no difference",
        )
    return ClaimStatus.CLOSED, "its own rows are refused as well" if own else "every try was refused"


_NOBODYS = "the rows are nobody's"


def _alone(
    context: Context, bench: Bench, actor: Actor, command: Action, *, personal: bool, works: bool
) -> tuple[ClaimStatus, str]:
    """The status of a command of which nothing was tried that is about somebody else."""
    if context.seeded.of(bench.table, actor.victim) is None:
        return ClaimStatus.UNTESTED, f"could not test because there is no row of {actor.victim}'s"
    said = "nothing of others' could be tried" if personal else _NOBODYS
    if not works:
        return ClaimStatus.CLOSED, said
    policies = context.permissive(bench.table, command, actor.role)
    schema = context.ground.schema
    if bench.table == OBJECTS and not any(says_open(context.connection, schema, p, None) for p in policies):
        return ClaimStatus.UNTESTED, f"could not test because {said}"
    return ClaimStatus.DECLARED_OPEN, said
