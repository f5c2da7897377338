"""How bad it is that a role may call a SECURITY DEFINER function whose body does not ask who calls."""

import re

from checklists.model import Severity
from checklists.sql.expressions import grouped_by, sums_up
from checklists.sql.questions.bodies import body_of
from checklists.sql.questions.bodyfaults import failing
from checklists.sql.questions.bodynames import only_reads
from checklists.sql.questions.exposure import people
from checklists.sql.questions.policycalls import calling_policies
from checklists.sql.questions.reaching import asks_secret, read_tables
from checklists.sql.questions.readable import hidden_from
from checklists.sql.questions.searching import policies_do
from checklists.sql.quoting import listed
from checklists.sql.schema import Function, Schema

# What a person would not have read by strangers; of `auth` and `vault` all is.
_PERSONAL = re.compile(
    r"\b\w*(?:e_?mail|phone|password|secret|token|api_?key|birth|address|(?:first|last|full|real)_?name|iban|ssn|"
    r"tax_id|card_number|payment|payroll|salary|wage|medical|diagnos)\w*\b",
    re.IGNORECASE,
)
# Stars that send no row: one that is kept in a variable, one that is counted.
_KEPT = re.compile(r"\*\s+into\b|\bcount\s*\(\s*\*\s*\)", re.IGNORECASE)
_ID = re.compile(r"(?:^|_)(?:id|uuid|name)$", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\b", re.IGNORECASE)
_ROWS = re.compile(
    r"\b(?:jsonb?_(?:object_)?agg|array_agg|string_agg|row_to_json|to_jsonb?)\b", re.IGNORECASE
)
_FIGURES = frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision"})


def weighed(schema: Schema, function: Function, role: str, otherwise: str) -> tuple[str, Severity]:
    """What a call by `role` amounts to, in a sentence and a grade; `otherwise` is said where it may change
    what the caller likes.
    """
    policies = calling_policies(schema, function, role)
    uses = f" The {policies_do(policies, 'calls')} it." if policies else ""
    tables = read_tables(schema, function)
    lacking = failing(schema).get(function.signature)
    if lacking is not None:
        told = f"Every call of it fails now (42703): there is no {lacking}. Once that is mended: {otherwise}"
        severity = Severity.MEDIUM
    elif tables is None:
        told, severity = _changing(schema, function, otherwise)
    else:
        told, severity = _reading(schema, function, role, tables, asked=bool(policies))
    return f"{told}{uses}", severity


def _reading(
    schema: Schema, function: Function, role: str, tables: frozenset[str], *, asked: bool
) -> tuple[str, Severity]:
    hidden = hidden_from(schema, sorted(tables), (role,))
    if not tables:
        return "It reads no table and changes nothing.", Severity.INFO
    if not hidden:
        return f"It changes nothing, and reads only what {people((role,))} may read anyway.", Severity.INFO
    if function.returns in ("boolean", "void"):
        if asked:
            return "It changes nothing and answers yes or no.", Severity.LOW
        return "It changes nothing, and answers yes or no about rows that RLS may hide.", Severity.MEDIUM
    secret = asks_secret(function)
    if secret is not None:
        return f"It changes nothing, and asks for a {secret}: whoever knows one sees its row.", Severity.INFO
    if function.returns in _FIGURES:
        return "It changes nothing, and answers with a figure over rows that RLS may hide.", Severity.MEDIUM
    if _only_sums(function):
        told = f"It changes nothing, and answers with sums and counts over rows of {listed(hidden)}."
        return told, Severity.MEDIUM
    shows = f"It changes nothing, and shows rows of {listed(hidden)}, which RLS may hide"
    if function.argument_names[:1] == ("event",) and function.returns == "jsonb":
        return f"{shows}. It is made for the auth server, which calls it as a hook.", Severity.MEDIUM
    if _by_name(function, role):
        return f"{shows}. It is granted by name: read whether that is meant.", Severity.MEDIUM
    return f"{shows}, to who asks.", Severity.HIGH if _is_personal(
        schema, function, hidden
    ) else Severity.MEDIUM


def _only_sums(function: Function) -> bool:
    """Whether whatever its body takes from tables is summed up or counted, and not for each of somebody's."""
    asking = [each.text for each in body_of(function).pieces if _FROM.search(each.text)]
    return bool(asking) and all(
        sums_up(text)
        and not any(_ID.search(name) or _PERSONAL.search(name) for name in grouped_by(text))
        and not _ROWS.search(text)
        for text in asking
    )


def _is_personal(schema: Schema, function: Function, tables: tuple[str, ...]) -> bool:
    known = [table for name in tables if (table := schema.tables.get(name)) is not None]
    shown = _KEPT.sub("", function.body)
    every = [column.name for table in known for column in table.columns] if "*" in shown else []
    told = any(_PERSONAL.search(text) for text in (function.body, *every))
    return told or any(name.startswith(("auth.", "vault.")) for name in tables)


def _changing(schema: Schema, function: Function, otherwise: str) -> tuple[str, Severity]:
    secret = asks_secret(function)
    if secret is not None:
        return f"{otherwise} It asks for a {secret}: read whether nobody else knows one.", Severity.MEDIUM
    silent = function.returns in ("void", "boolean", *_FIGURES) or not _PERSONAL.search(function.body)
    if not function.arguments and silent:
        told = "It takes nothing, so a call does what its owner's calls do, at a time of the caller's choice."
        return told, Severity.MEDIUM
    if only_reads(schema, function, locks=True):
        return "It changes no row; it can take locks that others wait for.", Severity.MEDIUM
    return otherwise, Severity.HIGH


def _by_name(function: Function, role: str) -> bool:
    """Whether a migration grants it to the role by name; a dump, which names the service role too, does not
    say that it is meant.
    """
    named = {g.role for g in function.grants if g.privilege == "EXECUTE" and not g.implied}
    return role in named and "service_role" not in named
