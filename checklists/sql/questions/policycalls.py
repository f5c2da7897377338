"""Which policies call a function, and as whom: a role that meets such a policy needs EXECUTE."""

from collections.abc import Mapping
from functools import lru_cache

from checklists.sql.questions.access import callers, clauses
from checklists.sql.questions.guards import called_in
from checklists.sql.schema import Function, Policy, Schema

Callers = tuple[tuple[Policy, tuple[str, ...]], ...]


def calling_policies(schema: Schema, function: Function, role: str) -> tuple[Policy, ...]:
    """The policies that call the function with the rights of `role`, an API role."""
    return tuple(policy for policy, roles in _calls(schema).get(function.qualified, ()) if role in roles)


@lru_cache(maxsize=8)
def _calls(schema: Schema) -> Mapping[str, Callers]:
    """Policies and the API roles that meet them, by the qualified name of each function they call."""
    passed_on = {
        each.qualified: called_in(each.body)
        for each in schema.functions.values()
        if not each.security_definer
    }
    found: dict[str, dict[Policy, tuple[str, ...]]] = {}
    for table in schema.tables.values():
        for policy in table.policies if table.rls_enabled else ():
            text = " ".join(clause for _, clause in clauses(policy))
            for name in _with_inner(called_in(text), passed_on):
                found.setdefault(name, {})[policy] = callers(table, policy)
    return {name: tuple(policies.items()) for name, policies in found.items()}


def _with_inner(names: frozenset[str], passed_on: Mapping[str, frozenset[str]]) -> set[str]:
    """These functions and those that they call on their caller's behalf."""
    found, queue = set(names), list(names)
    while queue:
        more = passed_on.get(queue.pop(), frozenset()) - found
        found |= more
        queue += more
    return found
