"""What can be done about a callable SECURITY DEFINER function."""

from checklists.sql.questions.exposure import roles_holding
from checklists.sql.questions.guards import is_trigger
from checklists.sql.questions.policycalls import calling_policies
from checklists.sql.questions.searching import policies_do
from checklists.sql.quoting import relation
from checklists.sql.schema import Function, Policy, Schema


def named(function: Function) -> str:
    """The function as ALTER and REVOKE name it."""
    return f"{relation(function.qualified)}({', '.join(function.arguments)})"


def remedy(schema: Schema, function: Function, *roles: str) -> str:
    """Revoking EXECUTE from these API roles, or moving the function where their own queries depend on it."""
    if is_trigger(function):
        revoke = f"revoke execute on function {named(function)} from public, anon, authenticated;"
        return f"{revoke}\nIts triggers run without that grant."
    policies = dict.fromkeys(each for role in roles for each in calling_policies(schema, function, role))
    if policies:
        return _move(schema, function, tuple(policies))
    lines = [f"revoke execute on function {named(function)} from {', '.join(('public', *roles))};"]
    left = [role for role in roles_holding(function.grants, "EXECUTE") if role not in roles]
    lines += [
        f"grant execute on function {named(function)} to {role};"
        for role in left
        if calling_policies(schema, function, role) and not any(g.role == role for g in function.grants)
    ]
    lines.append(
        "Name each: revoking from PUBLIC leaves Supabase's own grants, and the other way round. Or test "
        "auth.uid() in its body, move it to a schema that is not exposed, or make it SECURITY INVOKER."
    )
    return "\n".join(lines)


def _move(schema: Schema, function: Function, policies: tuple[Policy, ...]) -> str:
    roles = [
        role for role in roles_holding(function.grants, "EXECUTE") if calling_policies(schema, function, role)
    ]
    return (
        "create schema if not exists private;\n"
        f"grant usage on schema private to {', '.join(roles)};\n"
        f"alter function {named(function)} set schema private;\n"
        f"Do not revoke EXECUTE: {policies_do(policies, 'calls')} it with its caller's rights, and "
        "would fail. Policies follow a function that moves; change functions and code that call it by name, "
        "and do not expose the schema `private`."
    )
