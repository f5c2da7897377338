"""Claims much as a proof of the demo's tenders makes them, for the scene of the matrix."""

from collections.abc import Iterator

from checklists.live.model import Action, Cause, Claim, ClaimStatus, Proof

_ACTIONS = (Action.SELECT, Action.INSERT, Action.UPDATE, Action.DELETE)
_ACTORS = ("anon", "anonymous", "A", "C", "admin")
_STATUS = {
    "p": ClaimStatus.PROVEN, "c": ClaimStatus.CLOSED, "o": ClaimStatus.DECLARED_OPEN,
    "r": ClaimStatus.REFUTED, "b": ClaimStatus.BY_ROLE, "t": ClaimStatus.GUARDED,
    "u": ClaimStatus.UNTESTED, "x": ClaimStatus.BROKEN,
}  # fmt: skip
# One letter a command, one group an actor.
_TABLES = {
    "public.audit_log": "cccc cccc cccc cccc bccc",
    "public.bids": "pccc pppp pppp pppp bbbb",
    "public.documents": "pccc pppp pptp pptp bbtb",
    "public.organisations": "cccc pccc oopc bopc bbbb",
    "public.org_members": "cccc xxxx xxxx xxxx xxxx",
    "public.profiles": "occc ooop ooop ooop ooob",
    "public.reviews": "occc oppp oppp oppp obbb",
    "public.sessions": "cccc cccc cccc cccc cccc",
    "public.tenders": "occc oppp oprp oprp obbb",
    "public.webhook_events": "uccc uccc uccc uccc uccc",
}
_GIVES = "update public.tenders set owner_id = 'b0000000-…' where id = '4f1c2ab0-…'"
_SIGN_IN = "set local role authenticated; select set_config('request.jwt.claims', '{…}', true)"
_TOLD = {
    ClaimStatus.PROVEN: "4 tries at others' rows were refused; its own goes through",
    ClaimStatus.CLOSED: "its own rows are refused as well",
    ClaimStatus.DECLARED_OPEN: "reads a row of B's",
    ClaimStatus.BROKEN: 'infinite recursion detected in policy for relation "org_members" (42P17)',
    ClaimStatus.UNTESTED: "could not test because there is no row of B's",
}


def demo_proof() -> Proof:
    return Proof("18.1", claims=tuple(_claims()))


def _claims() -> Iterator[Claim]:
    for table, letters in _TABLES.items():
        for actor, word in zip(_ACTORS, letters.split(), strict=True):
            for action, letter in zip(_ACTIONS, word, strict=True):
                yield _claim(table, actor, action, _STATUS[letter])


def _claim(table: str, actor: str, action: Action, status: ClaimStatus) -> Claim:
    doubt = ("calls pgmq.send, a stand-in",) if table == "public.documents" and actor == "C" else ()
    if status is ClaimStatus.REFUTED:
        cause = Cause(("policy:public.tenders/Owners edit drafts",))
        sql = f"begin;\n{_SIGN_IN};\n{_GIVES};\nrollback;"
        return Claim(table, actor, action, status, f"{actor} hands its row to B", doubt, (cause,), sql)
    return Claim(table, actor, action, status, _TOLD.get(status, ""), doubt)
