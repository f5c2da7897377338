"""Secrets in text: Supabase keys and tokens by what they are, database addresses with a password in them.

A token counts by its decoded payload: the public (anon) key and the service role key look alike from outside,
and only the payload's `role` tells them apart. What is found is never shown whole.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from checklists.repo.sieve import Mark
from checklists.ts.tokens import payload

# A search goes by the letters that a pattern begins with: so what stands before them is asked behind them.
_TOKEN = re.compile(r"eyJ(?<!\weyJ)[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}")
_REF = re.compile(r"[a-z]{20}$")
_KEY = re.compile(r"\bsb_secret_[\w-]{20,}")
_ACCESS = re.compile(r"\bsbp_(?:v\d_)?[0-9a-f]{40}\b")
_ADDRESS = re.compile(r"postgres(?<!\wpostgres)(?:ql)?://([\w.%-]+):([^@\s'\"`/]{4,})@([\w.-]+)")
_LOCAL = re.compile(r"^(?:localhost|127\.|0\.0\.0\.0|host\.docker|supabase[_-]db|example\.)")
_PLACEHOLDER = re.compile(
    r"your|example|placeholder|change.?me|dummy|fake|xxx|\*\*\*|\.\.\.|[<>{}$\[\]]|^%[A-Z_]{3,}%$|^(?:pass|password|passwd|postgres|secret|user)$",
    re.IGNORECASE,
)
# What a template asks its reader to replace: `SECURE_PRODUCTION_PASSWORD`, `strong-password-here`.
_ASKED = re.compile(
    r"(?=.*(?:pass|pwd|secret|key|token|here|change|replace|insert|todo|value|generate))[A-Za-z]+(?:[-_][A-Za-z]+)+",
    re.IGNORECASE,
)
_LOUD = re.compile(r"[A-Z]*(?:PASS|PWD|SECRET|CHANGE|REPLACE|INSERT|TODO)[A-Z]*")
# What people write where a value has to stand and none is meant: alone, or one beside the other.
_WORDS = re.compile(
    r"(?:(?:not|no|dont|do|a|the|my|very|super|top|real|secret|s3cr[e3]t|hidden|private|sensitive|leak|leaked|redact"
    r"|redacted|mask|masked|mock|test|testing|sample|demo|some|any|pass|passwd|password|passw0rd|p4ssw0rd|pwd|pw"
    r"|value|token|key|hunter|admin|user|db|foo|bar|baz|abc|qwerty|letmein)[-_.!@]?(?:\d{1,4}[-_.!@]?)?)+",
    re.IGNORECASE,
)
_UNISSUED = re.compile(r"secret|s3cr[e3]t|leak|redact|mask|mock|fixture|pass|test|token|value", re.IGNORECASE)
_POOLED = re.compile(r"\.pooler\.supabase\.com$")
_PROJECT = re.compile(r"^\w+\.[a-z]+$")
_RESERVED = re.compile(r"\.(?:test|example|invalid|localhost|local|internal)$")
_RUN = 5
# SHA-256 of the keys that `supabase start` gives to every local project: public, good for nothing else.
_EVERYONES = frozenset(
    {
        "c85debb55f2f204d868cc1552c42faa143b4c675f61363ab040dd50b5b5304cd",  # sb_secret_…
        "7f59edafa4d502ca0156b8fddf28394634d77b1843838b5783a7c9c95fcbd32f",  # the S3 secret
    }
)
_DISTINCT = 10
# A Supabase project's own: it signs every user's token; its S3 key passes every policy of storage.
_NAMED = (
    (
        "the secret that signs users' tokens",
        re.compile(r"JWT_SECRET[\"']?\s*[:=]\s*[\"']?([0-9A-Za-z+/]{86}==)"),
    ),
    (
        "the secret of a storage key",
        re.compile(r"S3(?:_\w*)?SECRET\w*[\"']?\s*[:=]\s*[\"']?([0-9a-f]{64})\b"),
    ),
)
MARKS = (
    Mark("eyJ", r"[0-9A-Za-z_-]{10,}\.eyJ"),
    Mark("sb_secret_"),
    Mark("sbp_"),
    Mark("postgres", "(?:ql)?://"),
    Mark("WT_SECRET"),  # of JWT_SECRET: its J may end an eyJ
    Mark("S3_", "[0-9A-Za-z_]*SECRET"),
    Mark("S3SECRET"),
)
"""A text that bears none of them holds no such secret."""


@dataclass(frozen=True, slots=True)
class Secret:
    """`what` it is in words; `start` its offset; `shown` six characters and a digest, which identify and do
    not tell.

    `certain` is false where it may belong to no real project; `issued` where somebody may have made it up,
    as tests do.
    """

    what: str
    start: int
    shown: str
    certain: bool = True
    issued: bool = True


def secrets_in(text: str) -> Iterator[Secret]:
    """Every secret in the text, in order of kind; placeholders and the local demo keys are left out."""
    if "eyJ" in text:
        yield from _tokens(text)
    if "sb_secret_" in text:
        for found in _KEY.finditer(text):
            if _is_real(found[0].removeprefix("sb_secret_")) and _digest(found[0]) not in _EVERYONES:
                yield Secret(
                    "a Supabase secret key", found.start(), shown(found[0]), issued=is_issued(found[0])
                )
    if "sbp_" in text:
        for found in _ACCESS.finditer(text):
            if len(set(found[0])) > _DISTINCT:
                yield Secret(
                    "a Supabase access token", found.start(), shown(found[0]), issued=not _has_run(found[0])
                )
    if "postgres://" in text or "postgresql://" in text:
        yield from _addresses(text)
    if "JWT_SECRET" in text or "S3_" in text or "S3SECRET" in text:
        yield from _named(text)


def demo_keys_in(text: str) -> Iterator[Secret]:
    """The service role keys that `supabase start` gives to every local project: known to all."""
    for found in _TOKEN.finditer(text) if "eyJ" in text else ():
        claims = payload(found[0])
        if claims.get("iss") == "supabase-demo" and claims.get("role") == "service_role":
            yield Secret("the public demo key of local projects", found.start(), shown(found[0]))


def _tokens(text: str) -> Iterator[Secret]:
    for found in _TOKEN.finditer(text):
        claims = payload(found[0])
        signature = found[0].rpartition(".")[2]
        if (
            claims.get("role") != "service_role"
            or claims.get("iss") == "supabase-demo"
            or not _is_real(signature)
        ):
            continue
        certain = "ref" in claims or claims.get("iss") == "supabase"
        issued = _REF.match(str(claims.get("ref", ""))) is not None and is_issued(signature)
        yield Secret("a Supabase service role key", found.start(), shown(found[0]), certain, issued)


def _addresses(text: str) -> Iterator[Secret]:
    for found in _ADDRESS.finditer(text):
        user, password, host = found[1], found[2], found[3]
        if (
            _LOCAL.match(host)
            or _PLACEHOLDER.search(password)
            or _PLACEHOLDER.search(host)
            or _PLACEHOLDER.search(user)
            or user == password
            or _ASKED.fullmatch(password)
            or _LOUD.fullmatch(password)
            or not _is_reachable(user, host)
        ):
            continue
        yield Secret(
            "a database address with its password",
            found.start(2),
            f"{user} at {host}",
            certain=not _WORDS.fullmatch(password),
            issued=not (_UNISSUED.search(password) or _RESERVED.search(host) or password.isalpha()),
        )


def _is_reachable(user: str, host: str) -> bool:
    """Whether the address leads anywhere: a name without a dot is known to one network alone, and the pooler
    knows a project by its letters.
    """
    return "." in host and (not _POOLED.search(host) or "." not in user or _PROJECT.match(user) is not None)


def _named(text: str) -> Iterator[Secret]:
    for what, pattern in _NAMED:
        for found in pattern.finditer(text):
            if len(set(found[1])) > _DISTINCT and _digest(found[1]) not in _EVERYONES:
                yield Secret(what, found.start(1), shown(found[1]))


def is_issued(text: str) -> bool:
    """Whether the text looks drawn by lot: letters of both cases and figures, and no row of neighbours."""
    kinds = (str.isdigit, str.islower, str.isupper)
    return all(any(map(kind, text)) for kind in kinds) and not _has_run(text)


def _has_run(text: str) -> bool:
    """`01234`, `abcde`: what a hand writes."""
    steps = "".join("1" if ord(b) - ord(a) == 1 else " " for a, b in pairwise(text))
    return "1" * (_RUN - 1) in steps


def _is_real(text: str) -> bool:
    return len(set(text)) > _DISTINCT and not _PLACEHOLDER.search(text)


def shown(secret: str) -> str:
    """Six characters at most and a digest, by which the owner can tell which secret it is."""
    start = secret[: min(6, len(secret) // 4)]
    return f"{start}…, SHA-256 {_digest(secret)[:12]}"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
