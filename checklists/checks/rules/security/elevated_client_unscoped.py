"""A caller chooses which rows a service role client touches."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.places import function_name, handlers, operation, query_object, target
from checklists.checks.subjects.steering import depends_on, is_authorized, is_fixed, sent_names
from checklists.model import Confidence, Severity
from checklists.ts.index import Client, Endpoint, Function, Key, Query

CHECK = Check(
    items=("service-role-contained",),
    rule="elevated-client-unscoped",
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    sources=True,
)

_STEERED = frozenset({"delete", "select", "update", "upsert"})
# Ids among what is written or handed to a function: `file_ids: ids`, and `file_ids` alone.
_GIVEN_ID = re.compile(r"(?<![.\w$])(\w*(?:_ids?|Ids?|_uuids?)|ids?)\s*:\s*([^,}\n]+)")
_NAMED_ID = re.compile(r"[{,]\s*(\w*(?:_ids?|Ids?|_uuids?)|ids?)\s*(?=[,}])")
_GIVEN = {
    "rpc": "hands it ids of the caller's choice",
    "upsert": "the caller alone says which rows they replace or belong to",
}
_ON_ACCOUNTS = frozenset(
    {"admin.deleteUser", "admin.generateLink", "admin.getUserById", "admin.updateUserById"}
)
# Whoever knows such a value may act on its row: it is the credential, or the row is public.
_CAPABILITIES = ("code", "hash", "key", "nonce", "secret", "slug", "token")


def find(project: Project) -> Iterator[Said]:
    """Every query with an elevated key in an endpoint's code, then elevated keys that act as the user."""
    for endpoint in project.sources.endpoints:
        for function in handlers(project.sources, endpoint):
            for query in function.queries:
                if query.key is Key.SERVICE:
                    yield Examined("queries with the service role")
                    if _is_steered(endpoint, function, query):
                        yield _flag(endpoint, function, query)
    for client in project.sources.clients:
        if client.credential is Key.SERVICE:
            yield Examined("clients with the service role")
            if client.forwards_user:
                yield _as_user(client)


def _is_steered(endpoint: Endpoint, function: Function, query: Query) -> bool:
    if any(guard.how in ("signature", "secret") for guard in function.guards):
        return False
    sent = sent_names(function, endpoint.kind)
    if query.api == "auth":
        chosen = query.operation in _ON_ACCOUNTS and depends_on(query.payload, sent)
        return chosen and not is_authorized(function, query)
    if query.api != "supabase":
        return False
    if query.operation in _GIVEN and not query.filters:
        return bool(_ids_sent(function, query, sent)) and not is_authorized(function, query)
    if query.operation not in _STEERED:
        return False
    if query.operation == "select" and query.columns == ("id",):
        return False  # it only asks whether there is such a row
    values = [(column, value) for _, column, value in query.filters if not is_fixed(value)]
    if not values or any(_is_capability(column) for column, _ in values):
        return False
    return all(depends_on(value, sent) for _, value in values) and not is_authorized(function, query)


def _ids_sent(function: Function, query: Query, sent: frozenset[str]) -> tuple[str, ...]:
    """The ids that the caller puts into what is written, or hands to a function of the database.

    A function that is told who is calling beside them can look for itself whose rows they are.
    """
    given = _ids_given(function, query)
    if query.operation == "rpc" and _is_owned(function, query, sent):
        return ()
    chosen = dict.fromkeys(name for name, value in given if depends_on(value, sent))
    return tuple(name for name in chosen if not _is_capability(name))


def _is_owned(function: Function, query: Query, sent: frozenset[str]) -> bool:
    """Whether an id goes with it that the caller did not send, such as the verified user's."""
    given = _ids_given(function, query)
    return any(not is_fixed(value) and not depends_on(value, sent) for _, value in given)


def _ids_given(function: Function, query: Query) -> list[tuple[str, str]]:
    """The ids in what is written or handed over, by name, each with the text of its value."""
    text = _written(function, query.payload)
    return [*_GIVEN_ID.findall(text), *((name, name) for name in _NAMED_ID.findall(text))]


def _written(function: Function, payload: str) -> str:
    """The text of what is written: of the variable's value where a variable is."""
    if not payload.isidentifier():
        return payload
    value = r"\b[^=\n]*=\s*([\s\S]*?)(?:\n\s*\n|;\s*\n|$)"
    declared = re.search(rf"\b(?:const|let|var)\s+{payload}{value}", function.text)
    return declared[1] if declared else ""


def _is_capability(column: str) -> bool:
    return any(word in column.lower() for word in _CAPABILITIES)


def _flag(endpoint: Endpoint, function: Function, query: Query) -> Flag:
    columns = [column for _, column, _ in query.filters if column]
    owned = False
    how = "the caller alone chooses the rows"
    if not columns and query.operation in _GIVEN:
        sent = sent_names(function, endpoint.kind)
        columns = list(_ids_sent(function, query, sent))
        how = _GIVEN[query.operation]
        owned = query.operation == "upsert" and _is_owned(function, query, sent)
    names = ", ".join(dict.fromkeys(columns)) or "what was sent"
    return Flag(
        object=query_object(query),
        location=query.location,
        message=f"{function_name(query)} runs {operation(query)} on {target(query)} with the service "
        f"role, and {how} ({names}): RLS does not apply, so anyone who may call it reaches everyone's rows.",
        remedy="Use the caller's own client, so that RLS decides; or add the verified owner to the filters "
        "(.eq('created_by', user.id)), or test before that this caller may act on that id.",
        severity=Severity.MEDIUM if owned else None,
        within=(endpoint.object,),
    )


def _as_user(client: Client) -> Flag:
    return Flag(
        object=f"call:{client.function}/{client.factory}",
        location=client.location,
        message=f"{client.factory} gets the service role key and the caller's cookies or token: with a "
        "signed-in caller it "
        "acts as that user, without one as the service role, so neither RLS nor the lack of it can be "
        "relied on.",
        remedy="Give the anon key to the client that carries the caller's session, and make the elevated "
        "client with "
        "createClient and no cookies.",
        severity=Severity.MEDIUM,
        confidence=Confidence.HIGH,
    )
