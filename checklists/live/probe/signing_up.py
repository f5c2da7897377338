"""Whether somebody signs itself up as an admin: by metadata of its own choice that a trigger copies."""

import json
import re
from collections.abc import Iterator

from checklists.live.model import Action, Cause, Claim, ClaimStatus, Note
from checklists.live.probe.actors import STRANGER, Actor
from checklists.live.probe.context import Context
from checklists.live.probe.power import is_heavy
from checklists.live.probe.trying import attempt
from checklists.live.rows.candidates import by_power
from checklists.live.rows.inserting import Row, insert_sql
from checklists.live.rows.options import account, sounds_like_role
from checklists.live.rows.people import Persona, made_up
from checklists.live.rows.relations import AUTH_USERS
from checklists.live.rows.solving import qualified
from checklists.sql.schema import Function

_KEY = re.compile(r"raw_user_meta_data\W*->>?\s*'(\w+)'")
_VALUES, _TABLES = 6, 24
_NEW = Persona("newcomer", made_up("newcomer"), "newcomer")
_ACTOR = Actor("newcomer", "authenticated", _NEW, STRANGER.victim)


def self_made_admins(context: Context) -> Iterator[Claim]:
    """A claim where a sign-up with a role in its metadata reads what one without it does not."""
    targets = _targets(context)
    for function, key in _copied(context):
        words = context.seeded.words.by_column.get(key, ()) or ("admin", "owner")
        values = ("true",) if key.startswith("is_") else by_power(words, powerful=True)
        for value in values[:_VALUES]:
            row = _opened(context, key, value, targets)
            if row is not None:
                yield _claim(context, function, key, value, row)
                return


def _copied(context: Context) -> Iterator[tuple[Function, str]]:
    """The functions of triggers on sign-up, with each role that they take from what the form sent."""
    known = context.table(AUTH_USERS)
    names = {trigger.function for trigger in known.triggers} if known is not None else set()
    for function in sorted(context.ground.schema.functions.values(), key=lambda f: f.signature):
        if function.qualified in names:
            for key in sorted(set(_KEY.findall(function.body))):
                if sounds_like_role(key):
                    yield function, key


def _targets(context: Context) -> list[Row]:
    """B's rows in what can be reached."""
    names = sorted(context.reachable.tables & context.seeded.relations.keys())
    rows = (context.seeded.of(name, STRANGER.victim) for name in names if not is_heavy(context, name))
    return [row for row in rows if row is not None and row.table != AUTH_USERS][:_TABLES]


def _sign_up(context: Context, extra: dict[str, str]) -> str:
    """What Supabase Auth writes for a form with these data."""
    values = dict(account(_NEW))
    values["raw_user_meta_data"] = json.dumps(json.loads(values["raw_user_meta_data"] or "{}") | extra)
    return insert_sql(context.seeded.relations[AUTH_USERS], values)


def _opened(context: Context, key: str, value: str | None, targets: list[Row]) -> Row | None:
    """The first of B's rows that is read after such a sign-up, and not after a plain one."""
    for row in targets:
        look = f"select 1 from {qualified(row.table)} where {row.where}"
        made = attempt(context.connection, _ACTOR, look, before=_sign_up(context, {key: value or ""}))
        if made.failed or not made.rows:
            continue
        plain = attempt(context.connection, _ACTOR, look, before=_sign_up(context, {}))
        if not plain.failed and not plain.rows:
            return row
    return None


def _claim(context: Context, function: Function, key: str, value: str | None, row: Row) -> Claim:
    first = _sign_up(context, {key: value or ""})
    look = f"select * from {qualified(row.table)} where {row.where}"
    script = _ACTOR.replay(look).replace("begin;\n", f"begin;\n{first};\n", 1)
    because = (
        f"whoever signs up with {key} = {value} in its metadata becomes that, and then reads a row of "
        f"{STRANGER.victim}'s in {row.table}"
    )
    cause = Cause(words=f"{function.object} copies it from raw_user_meta_data")
    return Claim(
        AUTH_USERS, "anon", Action.INSERT, ClaimStatus.REFUTED, because, context.doubts(row.table), (cause,),
        script, (Note.SELF_MADE,),
    )  # fmt: skip
