"""A policy or function names one user, organisation or address by what is written out."""

import re
from collections.abc import Iterator
from dataclasses import replace

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Location, Severity
from checklists.sql.expressions import literals
from checklists.sql.questions.access import clauses
from checklists.sql.questions.bodies import body_of
from checklists.sql.questions.exposure import user_functions
from checklists.sql.schema import Facet, Function, Policy

CHECK = Check(
    items=("hard-coded-values",),
    rule="hard-coded-id",
    severity=Severity.HIGH,
    reads=(Facet.POLICIES, Facet.FUNCTIONS),
)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"https?://([\w.-]+(?::\d+)?)", re.IGNORECASE)
# Hosts that are the same in every environment, or no host at all.
_ANYWHERE = re.compile(
    r"(?:^|\.)(?:w3\.org|schema\.org|json-schema\.org|xmlsoap\.org|example\.\w+)(?::\d+)?$"
)
_QUOTED = re.compile(r"'((?:[^']|'')*)'")


def find(project: Project) -> Iterator[Said]:
    """Every uuid and e-mail address written out in a policy or function, and web addresses in functions."""
    for policy in project.schema.policies():
        yield Examined("policies")
        texts = [text for _, clause in clauses(policy) for text in literals(clause)]
        found = next((kind for text in texts if (kind := _kind(text))), None)
        if found:
            yield _in_policy(policy, found)
    for function in user_functions(project.schema):
        yield Examined("functions")
        for piece in body_of(function).pieces:
            texts = _QUOTED.findall(piece.text)
            found = next((kind for text in texts if (kind := _kind(text) or _host(text))), None)
            if found:
                yield _in_function(function, found, piece.line)
                break


def _kind(text: str) -> str:
    """What the literal is, in words; empty for anything harmless, the nil uuid included."""
    if _UUID.fullmatch(text):
        return "" if set(text) <= set("0-") else f"the id {text[:8]}…"
    return f"the address {text}" if _ADDRESS.fullmatch(text) else ""


def _host(text: str) -> str:
    """A web address by its scheme and host; empty for any other text, and for the name of a vocabulary."""
    found = _URL.match(text)
    return f"the address {found[0]}" if found and not _ANYWHERE.search(found[1]) else ""


def _in_policy(policy: Policy, what: str) -> Flag:
    return Flag(
        object=policy.object,
        location=policy.location,
        message=f'Policy "{policy.name}" on {policy.table} decides by {what}, written out: it is somebody '
        "else, or nobody, in every other environment, and stays a way in after the person has left.",
        remedy="Keep rights in a roles table or in app_metadata, and ask for the role.",
    )


def _in_function(function: Function, what: str, line: int) -> Flag:
    place: Location = function.location
    if function.body_line and function.language == "plpgsql":
        at = function.body_line + line - 1
        place = replace(place, line=at, end_line=at)
    return Flag(
        object=function.object,
        location=place,
        message=f"{function.signature} names {what} in its body: the same migration means something else, "
        "or fails, in every other environment.",
        remedy="Pass it as a parameter, or look it up by a name that each environment sets.",
        severity=Severity.LOW,
    )
