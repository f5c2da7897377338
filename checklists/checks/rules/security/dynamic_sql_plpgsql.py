"""A function executes SQL that it puts together from a caller's text."""

from collections.abc import Iterator
from dataclasses import replace

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.model import Location, Severity
from checklists.sql.questions.bodies import Piece, body_of
from checklists.sql.questions.exposure import roles_holding, user_functions
from checklists.sql.questions.injection import Origin, Trust, dynamic_statements
from checklists.sql.schema import Facet, Function

CHECK = Check(
    items=("injection-impossible", "sql-concatenation"),
    rule="dynamic-sql-plpgsql",
    severity=Severity.HIGH,
    reads=(Facet.FUNCTIONS,),
)


def find(project: Project) -> Iterator[Said]:
    """Every EXECUTE whose text holds a parameter or a row's value that was not quoted."""
    for function in user_functions(project.schema):
        if function.language not in ("sql", "plpgsql"):
            if function.language not in ("c", "internal"):
                yield Unsure(
                    function.object, f"its body is {function.language}, which is not read", function.location
                )
            continue
        yield Examined("functions")
        if "execute" not in function.body.lower():
            continue
        if fault := body_of(function).fault:
            yield Unsure(function.object, f"its body cannot be read: {fault}", function.location)
        for piece, origin in dynamic_statements(function):
            if origin.trust is Trust.CALLER:
                yield _flag(function, piece, origin)
            elif origin.trust is Trust.UNKNOWN:
                because = f"it executes SQL that is put together from {origin.source}"
                yield Unsure(function.object, because, _place(function, piece))


def _flag(function: Function, piece: Piece, origin: Origin) -> Flag:
    trigger = function.returns == "trigger"
    callable_ = trigger or bool(roles_holding(function.grants, "EXECUTE"))
    rights = "its owner's rights, past RLS" if function.security_definer else "the caller's rights"
    worst = Severity.BLOCKER if function.security_definer else Severity.HIGH
    return Flag(
        object=function.object,
        location=_place(function, piece),
        message=f"{function.signature} joins {origin.source} into the SQL text that it executes with "
        f"{rights}: the text can end the statement's literal and continue with any other SQL.",
        remedy="Pass values with USING and quote names with %I:\n"
        "execute format('select * from public.%I where id = $1', table_name) using row_id;",
        severity=worst if callable_ else Severity.MEDIUM,
    )


def _place(function: Function, piece: Piece) -> Location:
    if not function.body_line:
        return function.location
    line = function.body_line + piece.line - 1
    return replace(function.location, line=line, end_line=line)
