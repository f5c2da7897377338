"""Whether an account can be deleted, and by which keys it is held."""

from collections.abc import Iterator

from checklists.live.model import Action, Cause, Claim, ClaimStatus
from checklists.live.probe.context import Context
from checklists.live.probe.trying import attempt, undone
from checklists.live.rows.people import A
from checklists.live.rows.relations import AUTH_USERS
from checklists.live.rows.solving import qualified, quoted

_MOST = 50
_WHO = "service_role"


def account_deletion(context: Context) -> Iterator[Claim]:
    """What deleting A's account comes to, as Supabase Auth does it; every key that holds it is found."""
    if context.seeded.of(AUTH_USERS, A.name) is None:
        return
    sql = f"delete from {AUTH_USERS} where id = '{A.id}'"
    holding: list[str] = []
    with undone(context.connection, "accounts"):
        answer = attempt(context.connection, None, sql)
        while answer.sqlstate in ("23503", "23001") and answer.constraint and len(holding) < _MOST:
            holding.append(f"constraint:{answer.table}/{answer.constraint}")
            context.connection.execute(
                f"alter table {qualified(answer.table)} drop constraint {quoted(answer.constraint)}"
            )
            answer = attempt(context.connection, None, sql)
    script = f"begin;\n{sql};\nrollback;"
    if not holding and not answer.failed:
        because = "deleting A's account goes through"
        yield Claim(AUTH_USERS, _WHO, Action.DELETE, ClaimStatus.PROVEN, because, sql=script)
        return
    causes = tuple(Cause(words=name) for name in sorted(holding)) or (Cause(words=answer.message),)
    what = f"{len(holding)} foreign keys hold it" if len(holding) != 1 else "a foreign key holds it"
    because = f"deleting A's account fails: {what if holding else answer.message}"
    yield Claim(AUTH_USERS, _WHO, Action.DELETE, ClaimStatus.BROKEN, because, causes=causes, sql=script)
