"""What the page says of an endpoint's caller: only what was verified counts as verified."""

import pytest

from checklists.checks.project import Project
from checklists.model import Location
from checklists.record.api import endpoint_line
from checklists.repo.layout import Layout
from checklists.repo.snapshot import Snapshot, Subject
from checklists.sql.schema import Schema
from checklists.ts.index import Endpoint, EndpointKind, Function, Guard, SourceIndex

PLACE = Location("app/actions.ts", 1, 9)


def guard(how: str, basis: str = "", *, gates: bool = True, error_only: bool = False) -> Guard:
    return Guard(how, PLACE, gates, basis=basis or how, error_only=error_only)


@pytest.mark.parametrize(
    ("guards", "said"),
    [
        ((), "no caller check seen"),
        ((guard("getUser"),), "caller verified by `getUser`"),
        ((guard("getUser", gates=False),), "no caller check seen"),
        ((guard("getSession"),), "session read, not verified"),
        ((guard("helper", "getSession"),), "session read, not verified"),
        ((guard("helper", "signature"), guard("helper", "getSession")), "caller verified by `signature`"),
        ((guard("decoded"),), "token decoded, not verified"),
        ((guard("getSession"), guard("getUser")), "caller verified by `getUser`"),
        ((guard("getUser", error_only=True),), "only an error tested, not the caller"),
        ((guard("helper", "clerk"),), "caller verified by `clerk`"),
        ((guard("signature"), guard("wrapper", "getUser")), "caller verified by `getUser, signature`"),
    ],
)
def test_only_verified_ways_count_as_verified(guards: tuple[Guard, ...], said: str) -> None:
    function = Function("f", "save", PLACE, exported=True, is_async=True, parameters=(), guards=guards)
    endpoint = Endpoint(EndpointKind.ACTION, "app/actions.ts#save", PLACE, function=function.id)
    index = SourceIndex(functions={function.id: function}, endpoints=(endpoint,))
    project = Project(Snapshot("/r", Subject("1", "2"), {}), Layout(None, ()), Schema(), index)
    line = endpoint_line(project, endpoint, limit=100)
    assert line.endswith(f"`app/actions.ts#save`: {said}, no input schema seen")
