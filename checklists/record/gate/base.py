"""Policy, signers and revocations as the protected base has them; nothing of the head under review counts."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from checklists.errors import RecordError
from checklists.record.allowed import Allowed, allowed
from checklists.record.policy import NAME, Policy, parse_policy
from checklists.record.scope import HOME, entries
from checklists.repo.git_objects import ObjectStore

SIGNERS = f"{HOME}/allowed_signers"
REVOKED = f"{HOME}/revoked_keys"
OPENPGP = f"{HOME}/openpgp"


@dataclass(frozen=True, slots=True)
class Base:
    """What the base holds; `revoked` is None where the file is missing, `openpgp` has keys by address."""

    name: str
    commit: str
    policy: Policy
    policy_sha256: str
    signers: Allowed
    revoked: bytes | None
    openpgp: Mapping[str, bytes] = field(default_factory=dict, hash=False)
    signers_text: str = ""

    def for_namespace(self, namespace: str) -> "Base":
        """The base with the signers whose keys may sign for another purpose."""
        return replace(self, signers=allowed(self.signers_text, namespace), openpgp={})


def read_base(store: ObjectStore, name: str, commit: str) -> Base:
    """The base at a commit.

    Raises:
        RecordError: It has no policy, or one that cannot be read.
    """
    policy = store.file(commit, NAME)
    if policy is None:
        raise RecordError(
            f"{name} ({commit[:12]}) holds no {NAME}, so nothing says what the gate asks for.",
            "Make one with `counterseal init`, and merge it into the base first.",
        )
    signers = (store.file(commit, SIGNERS) or b"").decode("utf-8", "replace")
    return Base(
        name,
        commit,
        parse_policy(policy, f"{name}:{NAME}"),
        hashlib.sha256(policy).hexdigest(),
        allowed(signers),
        store.file(commit, REVOKED),
        dict(_openpgp_keys(store, commit)),
        signers,
    )


def _openpgp_keys(store: ObjectStore, commit: str) -> list[tuple[str, bytes]]:
    """`openpgp/<address>.asc`: the keys that may sign for that address, and for no other."""
    paths = [path for path in entries(store.listing(commit, (OPENPGP,))) if path.endswith(".asc")]
    found = ((path.rpartition("/")[2].removesuffix(".asc"), store.file(commit, path)) for path in paths)
    return [(address, data) for address, data in found if data is not None]
