"""Policy, signers and revocations as the protected base has them; nothing of the head under review counts."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from checklists.errors import RecordError
from checklists.record.allowed import Allowed, allowed
from checklists.record.policy import NAME, Policy, Role, parse_policy
from checklists.record.scope import HOME, entries
from checklists.repo.git_objects import ObjectStore
from checklists.team import Team
from checklists.team.read import CHECKLISTS, RULES, parse_asked

SIGNERS = f"{HOME}/allowed_signers"
REVOKED = f"{HOME}/revoked_keys"
OPENPGP = f"{HOME}/openpgp"


@dataclass(frozen=True, slots=True)
class Base:
    """What the base holds; `revoked` is None where the file is missing, `openpgp` has keys by address.

    `team` are the team's own items and rules alone: what a head takes out of them is still asked.
    """

    name: str
    commit: str
    policy: Policy
    policy_sha256: str
    signers: Allowed
    revoked: bytes | None
    openpgp: Mapping[str, bytes] = field(default_factory=dict, hash=False)
    signers_text: str = ""
    team: Team = field(default_factory=Team)

    def required_of(self, role: Role | None = None) -> tuple[str, ...]:
        """The ids of the items that must be answered, by anybody or by one role."""
        return self.policy.required_of(self.team.items, role)

    def for_namespace(self, namespace: str) -> "Base":
        """The base with the signers whose keys may sign for another purpose."""
        return replace(self, signers=allowed(self.signers_text, namespace), openpgp={})


def read_base(store: ObjectStore, name: str, commit: str) -> Base:
    """The base at a commit.

    Raises:
        CountersealError: It has no policy, or that or a checklist or rule of the team cannot be read.
    """
    policy = store.file(commit, NAME)
    if policy is None:
        raise RecordError(
            f"{name} ({commit[:12]}) holds no {NAME}, so nothing says what the gate asks for.",
            "Make one with `counterseal init`, and merge it into the base first.",
        )
    team = team_at(store, commit)
    signers = (store.file(commit, SIGNERS) or b"").decode("utf-8", "replace")
    return Base(
        name,
        commit,
        parse_policy(policy, f"{name}:{NAME}", team.every_section),
        hashlib.sha256(policy).hexdigest(),
        allowed(signers),
        store.file(commit, REVOKED),
        dict(_openpgp_keys(store, commit)),
        signers,
        team,
    )


def team_at(store: ObjectStore, commit: str) -> Team:
    """The team's own items and rules in a commit.

    Raises:
        CountersealError: One of their files cannot be read.
    """
    paths = entries(store.listing(commit, (CHECKLISTS.rstrip("/"), RULES.rstrip("/"))))
    return parse_asked((path, store.file(commit, path) or b"") for path in paths)


def _openpgp_keys(store: ObjectStore, commit: str) -> list[tuple[str, bytes]]:
    """`openpgp/<address>.asc`: the keys that may sign for that address, and for no other."""
    paths = [path for path in entries(store.listing(commit, (OPENPGP,))) if path.endswith(".asc")]
    found = ((path.rpartition("/")[2].removesuffix(".asc"), store.file(commit, path)) for path in paths)
    return [(address, data) for address, data in found if data is not None]
