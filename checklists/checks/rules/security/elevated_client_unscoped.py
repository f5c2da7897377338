"""A caller chooses which rows a service role client touches."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.administrators import is_administrative
from checklists.checks.subjects.answering import answers_with
from checklists.checks.subjects.places import function_name, handlers, operation, query_object, target
from checklists.checks.subjects.publics import callable_anyway, is_public, is_sensitive
from checklists.checks.subjects.reached import is_reached
from checklists.checks.subjects.steering import (
    depends_on,
    is_authorized,
    is_fixed,
    is_found_first,
    sent_names,
    written,
)
from checklists.model import Confidence, Severity
from checklists.ts.index import CallerState, Client, Endpoint, Function, Key, Query
from checklists.ts.objects import entries

CHECK = Check(
    items=("service-role-contained",),
    rule="elevated-client-unscoped",
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    sources=True,
    also=(Input.SCHEMA,),
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
_CAPABILITIES = ("code", "handle", "hash", "key", "nonce", "secret", "slug", "token", "username")
_TOUCHED = re.compile(r"(?:updated|modified|last_\w+|seen|viewed|opened)_?[aA]t|(?:last|updated)[A-Z]\w*At")
_KNOWN_BY_KEY = frozenset({"lookup", "secret", "signature"})


def find(project: Project) -> Iterator[Said]:
    """Every query with an elevated key in an endpoint's code, then elevated keys that act as the user."""
    for endpoint in project.sources.endpoints:
        for function in handlers(project.sources, endpoint):
            for query in function.queries:
                if query.key is Key.SERVICE:
                    yield Examined("queries with the service role")
                    steered = _is_steered(endpoint, function, query)
                    if steered and _matters(project, endpoint, function, query):
                        yield _flag(project, endpoint, function, query)
    for client in project.sources.clients:
        if client.credential is Key.SERVICE:
            yield Examined("clients with the service role")
            if client.forwards_user:
                yield _as_user(client)


def _matters(project: Project, endpoint: Endpoint, function: Function, query: Query) -> bool:
    """Whether the rows are private, leave the server, and are not the business of whoever gets this far."""
    sent = sent_names(function, endpoint.kind)
    if is_administrative(endpoint, function, query.location.line) or _is_weighed(function, query, sent):
        return False
    if query.operation == "rpc":
        state = project.sources.callers[endpoint.object].state
        role = "authenticated" if state is CallerState.VERIFIED else "anon"
        return not callable_anyway(project.schema, query.table or "", role)
    if query.operation != "select":
        return True
    leaves = answers_with(function, query) or _is_passed_on(function, query)
    return leaves and not is_public(project.schema, query.table or "", query.filters)


def _is_passed_on(function: Function, query: Query) -> bool:
    """Whether the rows are put into a request to another service."""
    names = "|".join(map(re.escape, query.result))
    return bool(names and re.search(rf"\bfetch\([^;]{{0,800}}?\b(?:{names})\b", function.text))


def _is_weighed(function: Function, query: Query, sent: frozenset[str]) -> bool:
    """Whether something before it looks at what the caller sent.

    That is a test that is handed it, or the row that it names (`gateEdit(id)`, `if (!allowed(id)) … 403`), or
    a query with the caller's own rights, which finds that row only where RLS lets the caller see it; or one
    that asks for something that the caller did not send besides (`.eq("company_id", session.companyId)`).
    """
    earlier = [each for each in function.queries if each.location.line < query.location.line]
    values = {value for _, _, value in query.filters if depends_on(value, sent)}
    own = (each for each in earlier if each.key is Key.USER and each.operation == "select")
    if any(values & {value for _, _, value in each.filters} for each in own):
        return True
    if any(is_found_first(function, each, values, sent) for each in earlier):
        return True
    sure = (guard for guard in function.guards if guard.gates is not False)
    before = [guard for guard in sure if guard.covers[0] <= query.location.line]
    if any(guard.how == "refusal" for guard in before):
        return True
    named = (each for each in earlier if any(depends_on(value, sent) for _, _, value in each.filters))
    told = sent | {name for each in named for name in each.result}
    helpers = (re.escape(guard.via) for guard in before if guard.via)
    handed = (found for name in helpers for found in re.findall(rf"\b{name}\(([^;{{}}]*?)\)", function.text))
    return any(depends_on(each, told) for each in handed)


def _is_steered(endpoint: Endpoint, function: Function, query: Query) -> bool:
    if any(guard.basis in _KNOWN_BY_KEY for guard in function.guards):
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
    text = written(function, query.payload)
    return [*_GIVEN_ID.findall(text), *((name, name) for name in _NAMED_ID.findall(text))]


def _is_capability(column: str) -> bool:
    return any(word in column.lower() for word in _CAPABILITIES)


def _flag(project: Project, endpoint: Endpoint, function: Function, query: Query) -> Flag:
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
        severity=Severity.LOW
        if _only_touches(function, query)
        else Severity.MEDIUM
        if owned or _is_slight(project, endpoint, query)
        else None,
        within=(endpoint.object,),
    )


def _only_touches(function: Function, query: Query) -> bool:
    """Whether nothing is written but when it was: `{ updated_at: now }`."""
    keys = entries(written(function, query.payload)) if query.operation == "update" else None
    return bool(keys) and all(_TOUCHED.fullmatch(key) for key in keys or ())


def _is_slight(project: Project, endpoint: Endpoint, query: Query) -> bool:
    """Whether nothing but names and numbers is read, or no page of the repo can call it."""
    names = query.columns or ("*",)
    return not is_reached(project, endpoint) or (query.operation == "select" and not is_sensitive(names))


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
