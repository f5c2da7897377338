"""Rows that whoever says least of himself reads, for a comparison with NULL refuses nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from checklists.live.model import Outcome
from checklists.live.probe.actors import NOBODY, Actor
from checklists.live.probe.cells import Bench
from checklists.live.probe.context import Context
from checklists.live.probe.declared import asked_claims
from checklists.live.probe.trials import Trial
from checklists.live.rows.people import PEOPLE, A, B, Persona, made_up
from checklists.sql.schema import Policy

_TENANT_OF = {person.name: person.tenant for person in PEOPLE}


def let_in_by_null(context: Context, bench: Bench, trial: Trial, policy: Policy) -> bool:
    """Whether somebody of another organisation is refused what somebody without any reads: no public row.

    Whose organisation it is, a row of theirs may say, or a claim of the token.
    """
    row = trial.about
    if row is None or not policy.applies_to("authenticated"):
        return False
    claims = asked_claims(context.ground.schema, policy)
    others = [person for person in (A, B) if person.tenant != _TENANT_OF.get(row.persona)]
    actors = [_signed_in(person) for person in (*others, *_telling(claims))]
    return any(bench.try_one(actor, trial).outcome is Outcome.FILTERED for actor in actors)


def _telling(claims: Sequence[str]) -> Iterator[Persona]:
    """People of an organisation that nobody has, its id as it may be written."""
    for value in (made_up("another organisation"), "987654321") if claims else ():
        yield Persona("nobody", made_up("nobody"), "nobody", told=tuple((claim, value) for claim in claims))


def _signed_in(person: Persona) -> Actor:
    return replace(NOBODY, persona=person)
