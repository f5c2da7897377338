"""Which columns policies search by: what each query of a table compares with the caller."""

from collections.abc import Iterator, Mapping

from checklists.sql.expressions import Names, always_tied, tied_columns
from checklists.sql.questions.known import remembered
from checklists.sql.questions.lookups import lookups
from checklists.sql.schema import API_ROLES, Command, Policy, Schema

Column = tuple[str, ...]


@remembered
def searched_columns(schema: Schema) -> Mapping[Column, tuple[Policy, ...]]:
    """Each (relation, column) with the policies whose USING finds rows by it: their table's own columns,
    and those by which they find the caller elsewhere.
    """
    found: dict[Column, dict[Policy, None]] = {}
    for column, policy in _searched(schema):
        found.setdefault(column, {})[policy] = None
    return {column: tuple(policies) for column, policies in found.items()}


def _searched(schema: Schema) -> Iterator[tuple[Column, Policy]]:
    for table in schema.user_tables():
        names = Names.of(schema, table)
        for policy in table.policies if table.rls_enabled else ():
            text = policy.using
            if text is None:
                continue
            yield from (((table.qualified, column), policy) for column in sorted(tied_columns(text, names)))
            yield from (
                ((found.relation, found.caller_column), policy) for found in lookups(schema, text, names)
            )


def is_served(schema: Schema, policy: Policy, relation: str) -> bool:
    """Whether an index serves the policy's search of `relation`: always where it looks there for the caller;
    in its own table where it and all that Postgres ORs with it find rows by a column.
    """
    table = schema.tables.get(relation)
    if table is None or policy.table != relation:
        return True
    names = Names.of(schema, table)
    command = Command.SELECT if policy.command is Command.ALL else policy.command
    roles = (role for role in API_ROLES if policy.applies_to(role))
    joined = {policy, *(each for role in roles for each in table.permissive(command, role))}
    return all(always_tied(each.using or "", names) for each in joined)


def policies_do(policies: tuple[Policy, ...], verb: str) -> str:
    """Policies and what they do, the verb given for one: `policy "Own" on public.bids and 2 more find`."""
    first, others = policies[0], len(policies) - 1
    what = f" and {others} more {verb.removesuffix('s')}" if others else f" {verb}"
    return f'policy "{first.name}" on {first.table}{what}'
