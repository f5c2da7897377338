"""Random changes to a record, its signature and the signers file: the gate takes none that means another.

The suite runs 500 with a fixed seed; more of them: `python tests/mutations.py 10000 [SEED]`.
"""

import base64
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sealing import make_key

from checklists.record.allowed import allowed
from checklists.record.gate.base import Base
from checklists.record.gate.collect import Candidate
from checklists.record.gate.vouch import Vouched, vouch
from checklists.record.keys import Key, Scheme
from checklists.record.policy import Policy
from checklists.record.signing import sign

REVIEWER, OTHER = "rae@example.org", "sam@example.org"
PATH = f".counterseal/reviews/{'c' * 12}/{REVIEWER}-1.toml"
RECORD = f"""schema = "counterseal.record/1"
record_id = "{"c" * 12}/{REVIEWER}-1"
verdict = "approve"
reviewer = "{REVIEWER}"
name = "Rae"
role = "code-reviewer"
signed_at = 2026-03-01T12:00:00+00:00
statement = "I reviewed it."

[subject]
commit = "{"c" * 40}"
tree = "{"d" * 40}"
scope = ["app", "supabase"]
scope_sha256 = "{"e" * 64}"
sources = 2
dirty = false

[inputs]
tool = "counterseal 0.1.0"
catalogue_sha256 = "{"f" * 64}"
proof = "static"

[context]
entities = "Tenders \u00e9"

[[migration]]
order = 1
path = "supabase/migrations/1_a.sql"
blob = "{"a" * 40}"
sha256 = "{"b" * 64}"
""".encode()


@dataclass(frozen=True)
class Files:
    """What the gate is given."""

    record: bytes
    signature: bytes
    signers: bytes


def originals(folder: Path) -> tuple[Files, str]:
    """A record with its signature, a signers file of two people, and the public key that signed."""
    mine, theirs = make_key(folder, "rae"), make_key(folder, "sam")
    key = " ".join(mine.with_suffix(".pub").read_text().split()[:2])
    lines = [f'{REVIEWER} namespaces="counterseal-review" {key} rae']
    lines += [f'{OTHER} namespaces="counterseal-review" {theirs.with_suffix(".pub").read_text().strip()}']
    signature = sign(RECORD, Key(Scheme.SSH, str(mine), "ssh-keygen"))
    return Files(RECORD, signature, ("# ours\n" + "\n".join(lines) + "\n").encode()), key


def is_taken(files: Files) -> bool:
    """Whether the gate lets these bytes speak for their reviewer."""
    signers = allowed(files.signers.decode("utf-8", "replace"))
    base = Base("main", "0" * 40, Policy(), "", signers, b"")
    return isinstance(vouch(Candidate(PATH, files.record, files.signature), base), Vouched)


def means_the_same(files: Files, before: Files, key: str) -> bool:
    """Whether what counts is as it was: white space of the armour, comments and other lines do not."""
    if files.record != before.record or _payload(files.signature) != _payload(before.signature):
        return False
    for line in files.signers.decode("utf-8", "replace").splitlines():
        names, _, rest = line.strip().strip('"').partition(" ")
        if REVIEWER in names.strip('"').split(",") and key in rest and "counterseal-review" in rest:
            return not re.search(r"[*?!]", names)
    return False


def _payload(signature: bytes) -> bytes:
    body = re.sub(rb"-----[A-Z ]+-----", b"", signature)
    try:
        return base64.b64decode(b"".join(body.split()), validate=True)
    except ValueError:
        return signature


def mutants(before: Files, count: int, seed: int) -> Iterator[Files]:
    """Files of which one is changed at random in one to three places."""
    chance = random.Random(seed)
    for _ in range(count):
        name = chance.choice(("record", "record", "signature", "signers"))
        data = getattr(before, name)
        for _ in range(chance.randint(1, 3)):
            data = chance.choice(_WAYS)(chance, data)
        yield replace(before, **{name: data})


def _flip(chance: random.Random, data: bytes) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]


def _insert(chance: random.Random, data: bytes) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + bytes([chance.randrange(256)]) + data[place:]


def _delete(chance: random.Random, data: bytes) -> bytes:
    place = chance.randrange(len(data))
    return (data[:place] + data[place + chance.randint(1, 20) :]) or b"\n"


def _lines(chance: random.Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True) or [data]
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    if chance.random() < 0.5:
        lines.insert(one, lines[other])
    return b"".join(lines)


def _word(chance: random.Random, data: bytes) -> bytes:
    words = re.findall(rb"[\w@.-]+", data) or [data]
    old, new = chance.choice(words), chance.choice([*words, b"*", b"sam@example.org", b"reject", b"git"])
    places = [match.start() for match in re.finditer(re.escape(old), data)]
    place = chance.choice(places)
    return data[:place] + new + data[place + len(old) :]


def _line_ends(chance: random.Random, data: bytes) -> bytes:
    return data.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\n")))


_WAYS = (_flip, _flip, _insert, _delete, _lines, _word, _line_ends)


def tried(count: int, seed: int) -> tuple[Counter[str], list[Files]]:
    """How many mutants were refused, were taken and mean the same, or were taken and do not."""
    said: Counter[str] = Counter()
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        before, key = originals(Path(folder))
        assert is_taken(before)
        for files in mutants(before, count, seed):
            same = means_the_same(files, before, key)
            if not is_taken(files):
                said["refused"] += 1
            elif same:
                said["the same"] += 1
            else:
                said["wrongly taken"] += 1
                wrong.append(files)
    return said, wrong


if __name__ == "__main__":
    counts, faults = tried(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    print(", ".join(f"{count} {what}" for what, count in counts.most_common()))  # noqa: T201 - a script
    for each in faults[:5]:
        print(each)  # noqa: T201 - as above
    sys.exit(1 if faults else 0)
