"""Which names in a function hold what its caller sent, read off its text: enough to tell `body.id` from
`user.id`.
"""

import re

from checklists.ts.index import EndpointKind, Function, Query

_NAMES = re.compile(r"(?<![.\w$])[A-Za-z_$][\w$]*")
_DECLARED = re.compile(
    r"""\b(?:const|let|var)\s+(\{[^=]*?\}|\[[^=]*?\]|[\w$]+)(?:\s*:[^=;\n]+?)?\s*=\s*([^;]*?)
        (?:;|\n\s*\n|\n(?=\s*(?:const|let|var|if|return|try|await|for)\b))""",
    re.VERBOSE,
)
_STRINGS = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|`(?:[^`\\$]|\\.)*`")
_REQUEST = re.compile(
    r"\.(?:json|formData|text)\(\)|searchParams|\.query\b|\.params\b|\bparams\b|\.param\(|\.nextUrl\b|new URL\(\w+\.url"
)
_VERIFIED = re.compile(
    r"getUser|getClaims|getSession|requireUser|currentUser|requireAuth|\bauth\(|\.from\(|\.rpc\(|verif|authenticate|"
    r"withAuth|getServerSession",
)
_REQUEST_PARAMETER = re.compile(r"^(?:_?req|_?request|event|ctx|context|c|_?res|response)$")
_AUTHORIZES = re.compile(
    r"\b(?:require|assert|authori[sz]e|ensure|enforce|guard|can[A-Z]|has(?:Permission|Role|Access)|is[A-Z]?\w*(?:Admin|Owner|Member|Staff)"
    r"|check(?:Access|Permission|Role|Admin|Owner|Member)|verify|validate(?:Access|Owner|Token|Signature))\w*\s*\("
    r"|\b\w*(?:user|owner|profile|account|member|author|creator|org)\w*(?:_id|Id|\.id)\b[^\n;&|]{0,30}[!=]==?"
    r"|[!=]==?\s*(?:\w+\.)*(?:user|session|claims|auth|member)\w*(?:\.\w+)+|\brole\w*\s*[!=]==?|\.is_?[aA]dmin\b"
    r"|\bCRON_SECRET\b|SECRET\b[^\n]{0,40}[!=]==?|[!=]==?[^\n]{0,40}SECRET\b|\.includes\(\s*\w*[rR]ole",
)


def sent_names(function: Function, kind: EndpointKind) -> frozenset[str]:
    """The parameters and variables that hold what the caller sent, whether validated or not."""
    sent: set[str] = set()
    for parameter in function.parameters if kind is EndpointKind.ACTION else ():
        sent.update(_NAMES.findall(parameter.partition(":")[0]))
    for target, value in _DECLARED.findall(function.text):
        if _VERIFIED.search(value):
            continue
        held = set(_NAMES.findall(_STRINGS.sub("", value)))
        if _REQUEST.search(value) or sent & held:
            sent.update(_NAMES.findall(target))
    if kind is not EndpointKind.ACTION:
        sent -= {name for name in sent if _REQUEST_PARAMETER.match(name)}
    return frozenset(sent)


def depends_on(text: str, names: frozenset[str]) -> bool:
    """Whether an expression mentions one of the names, outside of strings."""
    return not names.isdisjoint(_NAMES.findall(_STRINGS.sub("", text)))


def is_fixed(text: str) -> bool:
    """Whether an expression is a literal: the same for every caller."""
    return not _NAMES.search(
        _STRINGS.sub("", text).replace("true", "").replace("false", "").replace("null", "")
    )


def authorized_before(function: Function, query: Query) -> bool:
    """Whether anything before the query looks like a test of what this caller may do: a role, an owner, a
    shared secret.
    """
    lines = function.text.split("\n")[: max(query.location.line - function.location.line, 0)]
    return _AUTHORIZES.search("\n".join(lines)) is not None
