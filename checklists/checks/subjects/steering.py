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
    r"\.(?:json|formData|text)\(\)|searchParams|\.query\b|\.params\b|\bparams\b|\.param\(|\.nextUrl\b"
    r"|new URL\(\w+\.url"
)
_VERIFIED = re.compile(
    r"getUser|getClaims|getSession|requireUser|currentUser|requireAuth|\bauth\(|\.from\(|\.rpc\(|verif|authenticate|"
    r"withAuth|getServerSession",
)
_AWAITED = re.compile(r"\bawait\s+(?!(?:props\.)?(?:params|searchParams)\b|\w+\.(?:safe)?[pP]arse)")
_REQUEST_PARAMETER = re.compile(r"^(?:_?req|_?request|event|ctx|context|c|_?res|response)$")
_AUTHORIZES = re.compile(
    r"""\b(?:require|assert|authori[sz]e|ensure|enforce|guard|verify|safeCompare|timingSafe|constantTime|secureCompare
        |can[A-Z]|has(?:Permission|Role|Access)|is[A-Z]?\w*(?:Admin|Owner|Member|Staff)
        |check(?:Access|Permission|Role|Admin|Owner|Member)|validate(?:Access|Owner|Token|Signature))\w*\s*\(
      | \b\w*(?:user|owner|profile|account|member|author|creator|org)\w*(?:_id|Id|\.id)\b[^\n;&|]{0,30}[!=]==?
      | \b(?:user|session|claims|profile|caller)[?!]?\.(?:\w+[?!]?\.)*(?:id|sub|email|role)\s*[!=]==?
      | [!=]==?\s*(?:\w+\.)*(?:user|session|claims|auth|member)\w*(?:[?!]?\.\w+)+
      | \.from\(\s*['"`]\w*(?:role|member|permission|admin|staff|collaborator)\w*['"`]\s*\)[\s\S]{0,300}?
        \b(?:user|claims|session|caller)\w*[?!]?\.(?:\w+[?!]?\.)*(?:id|sub)\b[\s\S]{0,200}?\bif\s*\(\s*!
      | \b\w*(?:ADMIN|Admin|admin|OWNER|STAFF)\w*\.(?:includes|has)\(
      | \brole\w*\s*[!=]==? | \.is_?[aA]dmin\b | \.includes\(\s*\w*[rR]ole
      | \bCRON_SECRET\b | SECRET\b[^\n]{0,40}[!=]==? | [!=]==?[^\n]{0,40}SECRET\b""",
    re.VERBOSE,
)


def sent_names(function: Function, kind: EndpointKind) -> frozenset[str]:
    """The parameters and variables that hold what the caller sent, whether validated or not."""
    sent: set[str] = set()
    for parameter in function.parameters if kind is EndpointKind.ACTION else ():
        sent.update(_NAMES.findall(parameter.partition(":")[0]))
    for target, value in _DECLARED.findall(function.text):
        if _VERIFIED.search(value) or (_AWAITED.search(value) and not _REQUEST.search(value)):
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


def without_strings(text: str) -> str:
    """The text with its string literals emptied, so that words in messages are not taken for names."""
    return _STRINGS.sub("''", text)


def is_fixed(text: str) -> bool:
    """Whether an expression is a literal: the same for every caller."""
    return not _NAMES.search(
        _STRINGS.sub("", text).replace("true", "").replace("false", "").replace("null", "")
    )


def is_authorized(function: Function, query: Query) -> bool:
    """Whether something looks like a test of what this caller may do: a role, an owner, a shared secret.

    It must stand before a write; what is read may also be tested, before it is sent on.
    """
    lines = function.text.split("\n")
    if query.operation != "select":
        lines = lines[: max(query.location.line - function.location.line, 0)]
    return _AUTHORIZES.search("\n".join(lines)) is not None


def is_found_first(function: Function, query: Query, values: set[str], sent: frozenset[str]) -> bool:
    """Whether a search for one of those values asks as well for something of the server's own, such as the
    session's company, and the function leaves where it finds no row.
    """
    held = [value for _, _, value in query.filters if not is_fixed(value)]
    own = [value for value in held if not depends_on(value, sent)]
    if query.operation != "select" or not own or not values & set(held):
        return False
    none = (
        rf"!\s*{name}\b|\b{name}\s*===?\s*(?:null|undefined)|\b{name}\??\.length" for name in query.result
    )
    return any(re.search(rf"\bif\s*\([^\n]*?(?:{each})", function.text) for each in none)


def written(function: Function, payload: str) -> str:
    """The text of what is written: of the variable's value where a variable is, empty where it has none."""
    if not payload.isidentifier():
        return payload
    value = r"\b[^=\n]*=\s*([\s\S]*?)(?:\n\s*\n|;\s*\n|$)"
    declared = re.search(rf"\b(?:const|let|var)\s+{payload}{value}", function.text)
    return declared[1] if declared else ""
