"""A function looks up names along its caller's search_path."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Confidence, Severity
from checklists.sql.questions.bodynames import body_names, unqualified
from checklists.sql.questions.exposure import is_served, people, roles_holding, user_functions
from checklists.sql.questions.guards import is_trigger
from checklists.sql.quoting import listed, relation
from checklists.sql.schema import Facet, Function, Schema

CHECK = Check(
    items=("injection-impossible", "definer-helpers"),
    rule="definer-search-path",
    severity=Severity.MEDIUM,
    reads=(Facet.FUNCTIONS, Facet.TRIGGERS, Facet.GRANTS),
    peers=("splinter:0011_function_search_path_mutable",),
)


def find(project: Project) -> Iterator[Said]:
    """Every function without a pinned search_path; it matters where the function runs as its owner."""
    for function in user_functions(project.schema):
        if function.kind == "aggregate":
            continue
        yield Examined("functions")
        if function.search_path is None:
            yield _flag(project.schema, function)


def _flag(schema: Schema, function: Function) -> Flag:
    found = unqualified(schema, function)
    if function.security_definer:
        told, severity = _as_owner(schema, function, found)
    else:
        told, severity = _as_caller(function, found)
    kind = "procedure" if function.kind == "procedure" else "function"
    arguments = ", ".join(function.arguments)
    body = "Write the schema before every name in its body" if found != () else "Its body may stay as it is"
    return Flag(
        object=function.object,
        location=function.location,
        message=f"{function.signature} {told}",
        remedy=f"alter {kind} {relation(function.qualified)}({arguments}) set search_path = '';\n"
        f"{body}. CREATE OR REPLACE without SET clears the setting.",
        severity=severity,
        confidence=Confidence.MEDIUM if found is None else None,
    )


def _as_owner(schema: Schema, function: Function, found: tuple[str, ...] | None) -> tuple[str, Severity]:
    if found == ():
        return (
            "runs with its owner's rights and pins no search_path. All names in its body have their schema "
            "or are built in, so its caller cannot redirect it today; the next edit may change that."
        ), Severity.LOW
    what = listed(found, most=2) if found else f"names without a schema ({_unread(function)})"
    finds = f"runs with its owner's rights and finds {what} along its caller's search_path"
    fired = _fired_by_auth(schema, function)
    if fired is not None and found:
        return (
            f"{finds}. A trigger on {fired} runs it for Supabase's auth server, whose path is `auth` alone: "
            "there these names are not found, and the sign-up fails."
        ), Severity.HIGH
    ahead = "whoever can create an object in a schema ahead of yours decides what it reads or runs with them"
    makers = _makers(schema)
    if makers:
        return f"{finds}: {ahead}, and {people(makers)} may create objects in public.", Severity.HIGH
    callers = roles_holding(function.grants, "EXECUTE") if is_served(schema, function.schema) else ()
    told = f"{finds}: {ahead}. No role of the Data API can as things are."
    return told, Severity.MEDIUM if callers and not is_trigger(function) else Severity.LOW


def _makers(schema: Schema) -> tuple[str, ...]:
    """The API roles that may create objects in the schema that every path names."""
    return roles_holding(schema.schema_grants.get("public", ()), "CREATE")


def _fired_by_auth(schema: Schema, function: Function) -> str | None:
    """A table of the auth server whose trigger runs the function."""
    if not is_trigger(function):
        return None
    triggers = (t for table in schema.tables.values() if table.schema == "auth" for t in table.triggers)
    return next((t.table for t in triggers if t.enabled and t.function == function.qualified), None)


def _as_caller(function: Function, found: tuple[str, ...] | None) -> tuple[str, Severity]:
    finds = f"finds {listed(found, most=2)} along its caller's" if found else "pins no"
    kept = ", and pinning the path keeps it from being inlined" if function.language == "sql" else ""
    told = (
        f"{finds} search_path. It runs with its caller's own rights, so this is a matter of tidiness{kept}."
    )
    return told, Severity.INFO


def _unread(function: Function) -> str:
    """Why the body does not show its names."""
    names = body_names(function)
    return "if any: its body could not be read" if names is None else "in SQL that it puts together"
