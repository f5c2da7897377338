"""As what a reviewer signs."""

from checklists.errors import RecordError
from checklists.record.policy import parse_policy

NONE = "reviewer"
"""The role of a record where nobody asks for one."""


def role_of(policy: bytes | None, email: str, named: str | None) -> str:
    """The role that was named, or the only one of the policy that lists the reviewer as a member.

    Raises:
        RecordError: The policy cannot be read, or has roles and not this one.
    """
    roles = parse_policy(policy).role if policy is not None else ()
    known = [role.name for role in roles]
    if named is None:
        mine = [role.name for role in roles if email in role.members]
        return mine[0] if len(mine) == 1 else NONE
    if known and named not in (*known, NONE):
        raise RecordError(f"The policy has no role {named!r}.", f"Its roles: {', '.join(known)}.")
    return named
