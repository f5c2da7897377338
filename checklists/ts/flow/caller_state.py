"""What the effects of an endpoint, and the tests before them, add up to."""

import re
from dataclasses import dataclass

from checklists.ts.index import FOR_ANYONE, Caller, CallerState, Effect, Key

_ELEVATED = (Key.SERVICE, Key.OWNER)
_SCOPED = (Key.USER, Key.ANON)
_SESSION_ONLY = frozenset({"getSession", "decoded"})
_CLIENTS = frozenset({"query", "storage", "auth", "function"})
_SIGNING_IN = re.compile(
    r"sign_?-?(?:up|in)|register|create_?account|log_?-?in|oauth|/auth/|callback|verify_?otp|magic_?link",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """Effects reached: `open` by anyone, `doubted` behind an unclear test, `guarded` by a known caller.

    `opaque` names calls that could not be followed, `bases` what the tests rest on.
    """

    open: tuple[Effect, ...] = ()
    doubted: tuple[tuple[Effect, str], ...] = ()
    guarded: tuple[Effect, ...] = ()
    opaque: tuple[str, ...] = ()
    bases: frozenset[str] = frozenset()

    @property
    def effects(self) -> tuple[Effect, ...]:
        """All of them."""
        return (*self.open, *(effect for effect, _ in self.doubted), *self.guarded)


def together(every: list[Seen]) -> Seen:
    """What several handlers of one endpoint do."""
    return Seen(
        open=tuple(dict.fromkeys(effect for seen in every for effect in seen.open)),
        doubted=tuple(dict.fromkeys(each for seen in every for each in seen.doubted)),
        guarded=tuple(dict.fromkeys(effect for seen in every for effect in seen.guarded)),
        opaque=tuple(dict.fromkeys(name for seen in every for name in seen.opaque)),
        bases=frozenset().union(*(seen.bases for seen in every)),
    )


def judge(seen: Seen, name: str) -> Caller:
    """Whether an endpoint of that name knows its caller before it acts."""
    bases = tuple(sorted(seen.bases))
    exposed = tuple(effect for effect in seen.open if effect.kind != "credentials")
    if any(effect.kind == "credentials" for effect in (*seen.open, *seen.guarded)):
        state, because = _credentials(exposed)
    elif exposed:
        state, because = _exposed(exposed, name)
    else:
        state, because = _nothing_open(seen)
    shown = exposed or tuple(effect for effect, _ in seen.doubted if state is CallerState.UNKNOWN)
    return Caller(state, shown, seen.effects, bases, because)


def _credentials(exposed: tuple[Effect, ...]) -> tuple[CallerState, str]:
    because = "it establishes who the caller is"
    if not any(effect.key in _ELEVATED for effect in exposed):
        return CallerState.CREDENTIALS, because
    return CallerState.UNKNOWN, f"{because}, and acts with the service key before that is known"


def _exposed(exposed: tuple[Effect, ...], name: str) -> tuple[CallerState, str]:
    if all(effect.key in _SCOPED and effect.kind in ("query", "storage") for effect in exposed):
        return CallerState.RLS_ONLY, "RLS is the only guard"
    because = next((because for applies, because in _doubts(exposed, name) if applies), None)
    return (CallerState.UNVERIFIED, "") if because is None else (CallerState.UNKNOWN, because)


def _doubts(exposed: tuple[Effect, ...], name: str) -> tuple[tuple[bool, str], ...]:
    """Reasons for which an open effect may yet be meant, or be guarded where nobody can see it."""
    unclear = [e for e in exposed if e.key is Key.UNKNOWN and e.kind in _CLIENTS]
    scoped = [e for e in exposed if e.key in _SCOPED]
    asking = next((e for e in exposed if e.operation == "rpc" and e.key not in _ELEVATED), None)
    return (
        (asking is not None, f"{_named(asking)} runs first, with the caller's rights, and may refuse"),
        (
            bool(unclear) and len(unclear) + len(scoped) == len(exposed),
            f"which key `{unclear[0].operation if unclear else ''}` acts with could not be followed",
        ),
        (
            all(effect.kind in ("mail", "message", "AI", "job", "fetch") for effect in exposed),
            f"{FOR_ANYONE} ({exposed[0].kind}); whether it is meant to be public is not in the code",
        ),
        (
            bool(_SIGNING_IN.search(name)),
            "it looks like a step of signing in, and acts with more than the caller's rights",
        ),
    )


def _named(effect: Effect | None) -> str:
    return f"`{effect.table}`" if effect is not None and effect.table else "an RPC"


def _nothing_open(seen: Seen) -> tuple[CallerState, str]:
    if seen.doubted:
        return CallerState.UNKNOWN, seen.doubted[0][1]
    if seen.guarded:
        only_session = bool(seen.bases) and seen.bases <= _SESSION_ONLY
        return (CallerState.SESSION if only_session else CallerState.VERIFIED), ""
    if seen.opaque:
        return CallerState.UNKNOWN, f"`{seen.opaque[0]}` could not be followed"
    return CallerState.HARMLESS, "it reaches no data, and no other service with a key of the server's"
