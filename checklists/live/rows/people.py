"""The people that a database is tried as, and what their sessions carry. Nobody real, and always the same."""

import json
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5


@dataclass(frozen=True, slots=True)
class Persona:
    """A user with an account. `tenant` names the persona whose organisation it belongs to; `told` are further
    claims of the token, as a repo's own hook adds them.
    """

    name: str
    id: str
    tenant: str
    anonymous: bool = False
    told: tuple[tuple[str, str], ...] = ()

    @property
    def email(self) -> str:
        """An address that nobody has (RFC 2606)."""
        return f"{self.name.lower()}@counterseal.example"


A = Persona("A", "a0000000-0000-4000-8000-00000000000a", "A")
B = Persona("B", "b0000000-0000-4000-8000-00000000000b", "B")
C = Persona("C", "c0000000-0000-4000-8000-00000000000c", "A")
ADMIN = Persona("admin", "ad000000-0000-4000-8000-0000000000ad", "admin")
ANONYMOUS = Persona("anonymous", "a1000000-0000-4000-8000-0000000000a1", "anonymous", anonymous=True)
THIRD = Persona("third", "d0000000-0000-4000-8000-00000000000d", "third")
PEOPLE = (A, B, C, ADMIN, ANONYMOUS)
"""Those who have rows of their own. THIRD is only ever the other side of a pair (`follower <> followed`)."""


_ISSUED, _EXPIRES = 1704067200, 4102444800
"""2024 and 2100: helpers of a repo refuse a token that says neither, or that has run out."""


def claims(persona: Persona | None) -> str:
    """What the Data API sets as `request.jwt.claims`: the token of a person, or the anon key's.

    The claims are those of Supabase Auth (guides/auth/jwt-fields).
    """
    if persona is None:
        return json.dumps({"iss": "supabase", "role": "anon", "iat": _ISSUED, "exp": _EXPIRES})
    told = dict(persona.told)
    method = "anonymous" if persona.anonymous else "password"
    return json.dumps(
        {
            "iss": "https://counterseal.example/auth/v1",
            "sub": persona.id,
            "aud": "authenticated",
            "exp": _EXPIRES,
            "iat": _ISSUED,
            "email": "" if persona.anonymous else persona.email,
            "phone": "",
            "app_metadata": {}
            if persona.anonymous
            else {"provider": "email", "providers": ["email"], **told},
            "user_metadata": {},
            "role": "authenticated",
            "aal": "aal1",
            "amr": [{"method": method, "timestamp": _ISSUED}],
            "session_id": made_up(persona.name, "session"),
            "is_anonymous": persona.anonymous,
            **told,
        }
    )


def made_up(*parts: str) -> str:
    """A uuid that is always the same for the same words."""
    return str(uuid5(NAMESPACE_URL, "counterseal:" + "/".join(parts)))
