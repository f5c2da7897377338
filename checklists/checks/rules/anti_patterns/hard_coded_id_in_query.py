"""A query, or a test of who is calling, names one row or one person."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.bystanders import is_script, is_test
from checklists.checks.subjects.places import function_name, named, query_object, target
from checklists.model import Location, Severity
from checklists.ts.index import Function, Query

CHECK = Check(items=("hard-coded-values",), rule="hard-coded-id", severity=Severity.LOW, sources=True)

_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_LITERAL = re.compile(rf"""^[\[\s]*["'`]({_UUID}|{_EMAIL})["'`]""")
_COMPARED = re.compile(rf"""==\s*["'`](?:{_UUID}|{_EMAIL})["'`]""")
_TEST = re.compile(
    rf"""\b(?:user|session|profile|account|claims|member)[\w.?!]*[.?]+(?:id|sub|email)\s*[!=]==?\s*["'`]({_UUID}|{_EMAIL})["'`]"""
)


def find(project: Project) -> Iterator[Said]:
    """Every filter that is a literal id or address, then every comparison of the caller with one."""
    for query in project.sources.table_queries():
        yield Examined("queries")
        if _is_beside(query.location.path):
            continue
        held = next((match[1] for _, _, value in query.filters if (match := _LITERAL.match(value))), None)
        if held is not None and not _is_nil(held):
            yield _flag(query, held)
    for module in project.sources.modules.values():
        if _COMPARED.search(module.text) and not _is_beside(module.path):
            for name in module.functions:
                if "." not in name.rpartition("#")[2]:
                    yield from _tests(project.sources.functions[name])


def _is_beside(path: str) -> bool:
    return is_test(path) or is_script(path)


def _is_nil(value: str) -> bool:
    """`00000000-0000-0000-0000-000000000000` stands for nobody."""
    return "@" not in value and len(set(value) - {"-"}) == 1


def _flag(query: Query, value: str) -> Flag:
    kind = "address" if "@" in value else "id"
    return Flag(
        object=query_object(query),
        location=query.location,
        message=f"{function_name(query)} asks {target(query)} for the {kind} {value}: it is right in one "
        "environment and "
        "wrong, or someone else's, in the next.",
        remedy="Read the value from configuration or the database, or name it as a constant that says "
        "what it is.",
    )


def _tests(function: Function) -> Iterator[Said]:
    for found in _TEST.finditer(function.text):
        if _is_nil(found[1]):
            continue
        line = function.location.line + function.text.count("\n", 0, found.start())
        yield Flag(
            object=f"call:{function.id}/caller",
            location=Location(function.location.path, line, line),
            message=f"{named(function.id)} treats {found[1]} unlike everyone else: whoever holds that "
            "account is treated so, and changing that takes a deployment.",
            remedy="Ask for a role or a membership that is kept in the database.",
            severity=Severity.MEDIUM,
        )
