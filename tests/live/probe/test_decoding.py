"""One SQLSTATE means several things; what a try came to is read from all that the server said."""

import pytest

from checklists.live.model import Action, Outcome, Shape
from checklists.live.probe.decoding import decode
from checklists.live.probe.trying import Answer

IN_TRIGGER = "PL/pgSQL function public.f() line 3 at RAISE"


def denied(what: str, context: str = "") -> Answer:
    return Answer("42501", f"permission denied for {what}", context)


@pytest.mark.parametrize(
    ("answer", "command", "outcome"),
    [
        (Answer(rows=1), Action.UPDATE, Outcome.ALLOWED),
        (Answer(rows=0), Action.UPDATE, Outcome.FILTERED),
        (
            Answer("42501", 'new row violates row-level security policy for table "t"'),
            Action.INSERT,
            Outcome.DENIED_BY_POLICY,
        ),
        (
            Answer("42501", 'new row violates row-level security policy "p" for table "t"'),
            Action.INSERT,
            Outcome.DENIED_BY_POLICY,
        ),
        (
            Answer("42501", 'new row violates row-level security policy for table "log"', IN_TRIGGER),
            Action.INSERT,
            Outcome.GUARDED,
        ),
        (denied("table t"), Action.SELECT, Outcome.DENIED_BY_GRANT),
        (denied("schema private"), Action.SELECT, Outcome.DENIED_BY_GRANT),
        (denied("table roles"), Action.SELECT, Outcome.BROKEN),
        (denied("function is_admin"), Action.SELECT, Outcome.BROKEN),
        (
            Answer("42P17", 'infinite recursion detected in policy for relation "t"'),
            Action.SELECT,
            Outcome.RECURSION,
        ),
        (Answer("23502", "null value", table="public.t"), Action.INSERT, Outcome.PASSED_THEN_CONSTRAINT),
        (
            Answer("23001", "still referenced", table="public.u"),
            Action.DELETE,
            Outcome.PASSED_THEN_CONSTRAINT,
        ),
        (Answer("23502", "null value", IN_TRIGGER, "public.log"), Action.INSERT, Outcome.GUARDED),
        (Answer("P0001", "not yours", IN_TRIGGER), Action.UPDATE, Outcome.GUARDED),
        (Answer("57014", "canceling statement"), Action.SELECT, Outcome.INCONCLUSIVE),
        (Answer("22P02", "invalid input syntax"), Action.SELECT, Outcome.BROKEN),
    ],
)
def test_decode(answer: Answer, command: Action, outcome: Outcome) -> None:
    assert decode(answer, "public.t", command, Shape.OTHERS) is outcome


def test_a_constraint_on_a_blind_statement_does_not_say_whose_row_it_was() -> None:
    answer = Answer("23503", "still referenced", table="public.u")
    assert decode(answer, "public.t", Action.DELETE, Shape.BLIND) is Outcome.INCONCLUSIVE
