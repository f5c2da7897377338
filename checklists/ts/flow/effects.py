"""What a call does to the world: reads or writes rows, sends mail, spends money, calls other services."""

import re

from checklists.ts.flow.body import AnyCall, Body, called
from checklists.ts.flow.models import runs_model
from checklists.ts.index import Effect, Key, Query

_CALLS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "mail",
        re.compile(
            r"\.emails\.send$|\.batch\.send$|\.sendMail$|(?:^|\.)sendE?mail\w*$|sgMail\.send\w*$|\.sendTemplate$",
            re.IGNORECASE,
        ),
    ),
    (
        "message",
        re.compile(
            r"(?:twilio|client|sns|whatsapp)\w*\.messages\.create$|\.sendSms$|^sendSms$|webpush\.sendNotification$",
            re.IGNORECASE,
        ),
    ),
    (
        "payment",
        re.compile(r"(?i)^(?:this\.)?stripe\w*\.[\w.]+\.(?:create|update|cancel|del|finalizeInvoice|pay)$"),
    ),
    (
        "query",
        re.compile(
            r"^(?:prisma|db|tx)\.\w+\.(?:create|createMany|update|updateMany|upsert|delete|deleteMany)$"
        ),
    ),
    ("job", re.compile(r"^inngest\.send$|\.publishJSON$|^(?:tasks|queue)\.(?:trigger|add|enqueue)$")),
)
_LIKELY = re.compile(
    r"(?:send|create|createMany|update|updateMany|upsert|delete|deleteMany|cancel|del|pay|stream|run|generate|trigger|"
    r"add|enqueue|embed|parse|complete)\w*$|Text$|Object$|UI$|Contents?$|JSON$",
    re.IGNORECASE,
)
_SECRET = re.compile(
    r"process\.env\.(?!NEXT_PUBLIC|NODE_ENV)\w*(?:KEY|SECRET|TOKEN)|Deno\.env\.get\([^)]*(?:KEY|SECRET|TOKEN)"
)
# A key of the server's that was read elsewhere: `Authorization: `Bearer ${this.apiKey}``. The anon key is
# everybody's, and a token is the caller's as often as the server's.
_KEY_SENT = re.compile(
    r"(?:authorization|api[-_]?key|x-[\w-]*(?:key|secret))[\"']?\]?\s*[:,](?![^,\n]*anon)[^,\n]*[\w.]*(?:key|secret)",
    re.IGNORECASE,
)
# Services that are called by their address as often as by their library.
_HOSTS = (
    (
        "mail",
        re.compile(
            r"//api\.(?:resend\.com|sendgrid\.com|postmarkapp\.com|mailgun\.net|brevo\.com|mailjet\.com)/"
        ),
    ),
    ("message", re.compile(r"//(?:api\.twilio\.com|graph\.facebook\.com|exp\.host|fcm\.googleapis\.com)/")),
    (
        "AI",
        re.compile(
            r"//(?:api\.(?:openai|anthropic|mistral|perplexity|groq)\.\w+|generativelanguage\.googleapis\.com|openrouter\.ai)/"
        ),
    ),
)
_SILENT_AUTH = frozenset(
    {
        "getUser",
        "getClaims",
        "getSession",
        "refreshSession",
        "onAuthStateChange",
        "updateUser",
        "getUserIdentities",
    }
)
_PURE_STORAGE = frozenset({"getPublicUrl"})
CREDENTIALS = frozenset(
    {
        "exchangeCodeForSession", "resend", "resetPasswordForEmail", "setSession", "signInAnonymously",
        "signInWithIdToken", "signInWithOAuth", "signInWithOtp", "signInWithPassword", "signInWithSSO",
        "signInWithWeb3", "signOut", "signUp", "verifyOtp",
    }
)  # fmt: skip


def of_query(query: Query, key: Key) -> Effect | None:
    """The effect of a query, None for what only asks who is calling.

    Args:
        query: The query.
        key: What its client acts with, where the caller of a helper decides that.
    """
    if query.api == "auth":
        if query.operation in _SILENT_AUTH or query.operation.startswith("mfa."):
            return None
        kind = "credentials" if query.operation in CREDENTIALS else "auth"
        return Effect(kind, query.operation, None, key, query.location)
    if query.api == "storage" and query.operation in _PURE_STORAGE:
        return None
    kind = {"storage": "storage", "functions": "function"}.get(query.api, "query")
    return Effect(kind, query.operation, query.table, key, query.location)


def of_call(body: Body, call: AnyCall) -> Effect | None:
    """The effect of a call that is no query."""
    name = called(call)
    if name == "fetch":
        text = body.module.slice(call.node)
        for kind, hosts in _HOSTS:
            if hosts.search(text):
                return Effect(kind, "fetch", None, Key.UNKNOWN, body.place(call))
        if not _SECRET.search(text) and not _KEY_SENT.search(text):
            return None
        return Effect("fetch", "fetch", None, Key.UNKNOWN, body.place(call))
    if not _LIKELY.search(name.rpartition(".")[2].partition("<")[0]):
        return None
    if body.arguments(call) and runs_model(body, call, name):
        return Effect("AI", name, None, Key.UNKNOWN, body.place(call))
    for kind, pattern in _CALLS:
        if pattern.search(name) and (body.arguments(call) or kind == "query"):
            key = Key.OWNER if kind == "query" else Key.UNKNOWN
            return Effect(kind, name, None, key, body.place(call))
    return None
