"""Who tries: the role and the claims of each, and whose rows are theirs and whose are not."""

from dataclasses import dataclass

from checklists.live.rows.people import ADMIN, ANONYMOUS, A, B, C, Persona, claims, made_up
from checklists.sql.quoting import literal


@dataclass(frozen=True, slots=True)
class Actor:
    """`victim` names the persona whose rows are somebody else's; `thorough` actors try every shape."""

    name: str
    role: str
    persona: Persona | None
    victim: str
    thorough: bool = True

    @property
    def sign_in(self) -> str:
        """What the Data API does before a statement of this actor."""
        return (
            f"set local role {self.role}; "
            f"select set_config('request.jwt.claims', {literal(claims(self.persona))}, true)"
        )

    @property
    def who(self) -> str:
        """For a sentence."""
        named = {"anon": "a visitor", "anonymous": "an anonymous sign-in", "admin": "an admin"}
        return named.get(self.name, self.name)

    def replay(self, *statements: str) -> str:
        """A script that repeats what the actor did, and leaves nothing behind."""
        return "\n".join(("begin;", f"{self.sign_in};", *(f"{each};" for each in statements), "rollback;"))


ANON = Actor("anon", "anon", None, A.name)
STRANGER = Actor("A", "authenticated", A, B.name)
COLLEAGUE = Actor("C", "authenticated", C, A.name)
NOBODY = Actor(
    "nobody", "authenticated", Persona("nobody", made_up("nobody"), "nobody"), A.name, thorough=False
)
"""Signed in, without a row anywhere: what it reads, everybody does."""
ADMINISTRATOR = Actor("admin", "authenticated", ADMIN, A.name, thorough=False)
ACTORS = (
    ANON,
    Actor("anonymous", "authenticated", ANONYMOUS, A.name, thorough=False),
    STRANGER,
    COLLEAGUE,
    ADMINISTRATOR,
)
BRIEFLY = (ANON, STRANGER)
"""Where one statement takes the planner long."""
