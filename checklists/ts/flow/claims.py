"""Calls that say who is calling: which ones there are, and how far each can be believed."""

import re
from dataclasses import dataclass
from enum import StrEnum

from checklists.ts.flow.body import AnyCall, Body, called
from checklists.ts.scope import Binding


class Says(StrEnum):
    """What a call does with a caller it does not know."""

    TELLS = "tells"  # answers; the code that called it must test the answer
    ENFORCES = "enforces"  # throws or redirects
    WRAPS = "wraps"  # runs the function it is handed only for a known caller
    UNKNOWN = "unknown"  # cannot be followed


@dataclass(frozen=True, slots=True)
class Claim:
    """One call that says who calls. `basis` is the primitive it rests on, `how` what it is here."""

    call: AnyCall
    how: str
    basis: str
    says: Says
    via: str | None = None


# Members of a Supabase client; `getSession` reads the cookie without checking its signature.
_SUPABASE = re.compile(r"(?:(?:^|\.)auth|\w*[aA]uthClient)\.(getUser|getClaims|getSession)$")
# A successful sign-in proves who calls as well as a session does.
CREDENTIALS = re.compile(
    r"(?:^|\.)auth\.(exchangeCodeForSession|resend|resetPasswordForEmail|setSession|signInAnonymously|"
    r"signInWith(?:IdToken|OAuth|Otp|Password|SSO|Web3)|signOut|signUp|verifyOtp|mfa\.\w+)$"
)
# Each throws on a bad signature.
_THROWING = re.compile(
    r"(?:^|\.)(?:constructEvent(?:Async)?|parse(?:EventNotification|ThinEvent)(?:Async)?|webhooks\.unwrap|jwtVerify|verifyIdToken|jwt\.verify|verifySvix\w*)$"
)
_BOOLEAN = re.compile(
    r"(?:^|\.)(?:timingSafeEqual|subtle\.verify|sign\.detached\.verify|validateRequest|"
    r"(?:timing|constant|secure|safe)\w*(?:Compare|Equals?)|(?:verify|validate)\w*(?:Signature|Webhook|Hmac|Key)\w*)$",
    re.IGNORECASE,
)
_WITH_SUPABASE = re.compile(r"^\(\s*\{[^}]*\bauth\s*:\s*\[?\s*['\"](?:user|secret)")
_DECODING = re.compile(r"(?:^|\.)(?:jwtDecode|jwt_decode|decodeJwt|jwt\.decode)$")
_RPC_QUESTION = re.compile(r"\.rpc(?:<[^>]*>)?$")
_QUESTION = re.compile(
    r"""['"`](?:\w+\.)?(?:is|has|can|check|verify|user_has|user_is|user_can|am_i|may|authorize)_?\w*['"`]"""
)
_GUARDISH = re.compile(
    r"^(?:require|assert|ensure|check|verify|validate|authenticate|authorize|protect|with|get|is|has|current|load)"
    r"\w*(?:auth|user|admin|session|login|signed|member|owner|role|permission|access|identity|api_?key|signature|"
    r"token|caller|tenant|workspace|viewer|claims)\w*$|^(?:auth|protect|authenticate|authorize)$",
    re.IGNORECASE,
)

_TAIL = 120  # characters of a callee that name it; the rest is the chain before
# Last words of the calls that `primitive` knows; every other call is passed by at once.
_PRIMITIVES = frozenset(
    {
        "getUser", "getClaims", "getSession", "jwtDecode", "jwt_decode", "decodeJwt", "decode",
        "constructEvent", "constructEventAsync", "parseEventNotification", "parseThinEvent", "unwrap",
        "jwtVerify", "verifyIdToken", "verify", "rpc", "verifySvix",
    }
)  # fmt: skip

# What well-known packages export, by a piece of the package's name.
_PACKAGES: tuple[tuple[str, str, Says, str], ...] = (
    ("@clerk/", r"auth\.protect$", Says.ENFORCES, "clerk"),
    ("@clerk/", r"(?:auth|currentUser|getAuth)$", Says.TELLS, "clerk"),
    ("next-auth", r"(?:getServerSession|auth|getToken|unstable_getServerSession)$", Says.TELLS, "next-auth"),
    ("@auth/", r"(?:auth|getSession|getToken)$", Says.TELLS, "next-auth"),
    ("better-auth", r"getSession$", Says.TELLS, "better-auth"),
    ("@workos", r"withAuth$", Says.TELLS, "workos"),
    ("@kinde", r"(?:isAuthenticated|getUser)$", Says.TELLS, "kinde"),
    ("@auth0/", r"getSession$", Says.TELLS, "auth0"),
    ("jose", r"jwtVerify$", Says.ENFORCES, "jwtVerify"),
    ("jsonwebtoken", r"verify$", Says.ENFORCES, "jwtVerify"),
    ("djwt", r"verify$", Says.ENFORCES, "jwtVerify"),
    ("@upstash/qstash", r"verifySignature\w*$", Says.WRAPS, "signature"),
    ("inngest", r"serve$", Says.WRAPS, "signature"),
    ("@upstash/workflow", r"serve$", Says.WRAPS, "signature"),
    ("hono/jwt", r"jwt$", Says.WRAPS, "jwtVerify"),
    ("hono/bearer-auth", r"bearerAuth$", Says.WRAPS, "secret"),
)


def primitive(body: Body, call: AnyCall) -> Claim | None:
    """The claim that a call makes by itself, or None where it calls something else."""
    name = called(call)
    if name.rpartition(".")[2].partition("<")[0] not in _PRIMITIVES:
        return None
    found = _SUPABASE.search(name)
    if found:
        return Claim(call, found[1], found[1], Says.TELLS)
    if _DECODING.search(name):
        return Claim(call, "decoded", "decoded", Says.TELLS)
    if _THROWING.search(name) or _is_webhook_verify(body, call, name):
        return Claim(call, "signature", "signature", Says.ENFORCES)
    if name.endswith("auth.api.getSession"):
        return Claim(call, "better-auth", "better-auth", Says.TELLS)
    if _RPC_QUESTION.search(name) and _asks(call):
        return Claim(call, "rpc", "rpc", Says.TELLS)
    return None


def packaged(call: AnyCall, bound: Binding | None) -> Claim | None:
    """The claim of a call into a package, or into what cannot be resolved; `bound` is what it calls."""
    name = called(call)
    if bound is not None and not bound.package and not _BOOLEAN.search(name):
        is_next_auth = bound.value is not None and bound.value.text().startswith("NextAuth(")
        return Claim(call, "helper", "next-auth", Says.TELLS, name) if is_next_auth else None
    if name.rpartition(".")[2] == "withSupabase":
        options = call.node.field("arguments")
        verifies = options is not None and _WITH_SUPABASE.search(options.text()[:300])
        return Claim(call, "wrapper", "getUser", Says.WRAPS, name) if verifies else None
    package = bound.package if bound is not None else ""
    for piece, pattern, says, basis in _PACKAGES if package else ():
        if piece in package and re.search(pattern, name):
            return Claim(call, "wrapper" if says is Says.WRAPS else "helper", basis, says, name)
    if _BOOLEAN.search(name):
        return Claim(call, "signature", "signature", Says.TELLS)
    last = name.rpartition(".")[2]
    if not last.isidentifier() or not _GUARDISH.search(last):
        return None
    if bound is None and "." in name:
        return None  # a method of something unknown: `logger.getUserAgent()` is no guard
    return Claim(call, "helper", "unknown", Says.UNKNOWN, name)


def is_question(name: str, operation: str) -> bool:
    """Whether an RPC asks something of the caller that is answered yes or no."""
    return operation == "rpc" and bool(_QUESTION.fullmatch(f"'{name}'"))


def _asks(call: AnyCall) -> bool:
    """Whether an RPC's name is a yes-or-no question about the caller, answered by the database."""
    given = call.node.field("arguments")
    first = next(iter(given.named_children()), None) if given is not None else None
    return first is not None and bool(_QUESTION.fullmatch(first.text()))


def _is_webhook_verify(body: Body, call: AnyCall, name: str) -> bool:
    """`wh.verify(payload, headers)` of svix or standardwebhooks, which throws."""
    if not name.endswith(".verify") or call.kind != "call_expression":
        return False
    held = body.resolve_name(name.removesuffix(".verify"), call.start)
    if held is None or held.value is None:
        return False
    return held.value.kind() == "new_expression" and "Webhook" in held.value.text()[:40]
