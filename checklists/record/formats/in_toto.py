"""A sealed record as an in-toto Statement v1 in a DSSE envelope, signed by the same key.

The subject is the commit, by git's own digest; the predicate is the record, with its SHA-256. The signature
is ssh-keygen's over DSSE's pre-authentication encoding:
`ssh-keygen -Y verify … -n counterseal-review -s SIGNATURE < PAE` verifies it.
"""

import base64
import hashlib
import json
from typing import Any

from checklists.codec import to_plain
from checklists.record.keys import Key
from checklists.record.model import Record
from checklists.record.signing import sign

PAYLOAD_TYPE = "application/vnd.in-toto+json"
_STATEMENT = "https://in-toto.io/Statement/v1"
_PREDICATE = "urn:counterseal:record:1"


def statement(record: Record, data: bytes) -> bytes:
    """The Statement of a record whose exact bytes are `data`."""
    subject = record.subject
    said: dict[str, Any] = {
        "_type": _STATEMENT,
        "subject": [
            {"name": f"git+commit:{subject.commit}", "digest": {"gitCommit": subject.commit}},
            {"name": f"git+tree:{subject.tree}", "digest": {"gitTree": subject.tree}},
        ],
        "predicateType": _PREDICATE,
        "predicate": {
            "record": {"id": record.record_id, "digest": {"sha256": hashlib.sha256(data).hexdigest()}},
            "review": to_plain(record),
        },
    }
    return json.dumps(
        said, ensure_ascii=False, sort_keys=True, default=lambda each: each.isoformat()
    ).encode()


def pae(payload: bytes, kind: str = PAYLOAD_TYPE) -> bytes:
    """DSSE v1's pre-authentication encoding: what is signed, with its type, so that neither can shift."""
    name = kind.encode()
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(payload), payload)


def envelope(record: Record, data: bytes, key: Key) -> dict[str, Any]:
    """The DSSE envelope; `keyid` is left out, for the reviewer's address stands in the record.

    Raises:
        SigningError: The key does not sign.
    """
    payload = statement(record, data)
    signature = sign(pae(payload), key)
    return {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [{"sig": base64.b64encode(signature).decode()}],
    }
