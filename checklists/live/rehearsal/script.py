"""A SQL file as the statements that are sent, one at a time, each with its line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from checklists.live.sandbox.extensions import stand_ins
from checklists.sql.folding import options
from checklists.sql.parse import pb
from checklists.sql.quoting import ident
from checklists.sql.statements import Fault, Statement, file_source, statements


class Kind(StrEnum):
    """What has to be known of a statement to send it."""

    PLAIN = "plain"
    BEGIN = "begin"
    COMMIT = "commit"
    ROLLBACK = "rollback"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class Sent:
    """One statement: its first line in the file, and its text as it is sent."""

    line: int
    text: str
    kind: Kind = Kind.PLAIN


_TRANSACTION = {
    pb.TRANS_STMT_BEGIN: Kind.BEGIN,
    pb.TRANS_STMT_START: Kind.BEGIN,
    pb.TRANS_STMT_COMMIT: Kind.COMMIT,
    pb.TRANS_STMT_ROLLBACK: Kind.ROLLBACK,
}


def script(path: str, text: str) -> tuple[Sent, ...]:
    """The statements of a file; text that our parser refuses is sent as it is, for the server to judge."""
    return tuple(_sent(each) for each in statements(file_source(path, text)))


def transactions(statements: Iterable[Sent]) -> Iterator[tuple[Sent, ...]]:
    """A file's statements by transaction: one, unless it commits or rolls back itself.

    The CLI's own transaction is open when a file begins; a BEGIN within adds nothing to it.
    """
    part: list[Sent] = []
    for statement in statements:
        if statement.kind is not Kind.BEGIN:
            part.append(statement)
        if statement.kind in (Kind.COMMIT, Kind.ROLLBACK):
            yield tuple(part)
            part = []
    if part:
        yield tuple(part)


def _sent(statement: Statement | Fault) -> Sent:
    line = statement.location.line
    if isinstance(statement, Fault):
        return Sent(line, statement.text)
    if statement.kind == "transaction_stmt":
        return Sent(line, statement.text, _TRANSACTION.get(statement.node.kind, Kind.PLAIN))
    if statement.kind == "copy_stmt" and not statement.node.filename and not statement.node.is_program:
        return Sent(line, statement.text, Kind.COPY)
    if statement.kind == "create_extension_stmt":
        return Sent(line, _create_extension(statement))
    return Sent(line, statement.text)


def _create_extension(statement: Statement) -> str:
    """Without the version, of which there is one here, and without a schema that the extension fixes."""
    node = statement.node
    given = {each.def_elem.defname: options.value(each.def_elem) for each in node.options}
    stand_in = stand_ins().get(node.extname)
    parts = ["create extension", "if not exists" if node.if_not_exists else "", ident(node.extname)]
    if "schema" in given and not (stand_in and stand_in.schema):
        parts.append(f"schema {ident(given['schema'])}")
    parts.append("cascade" if "cascade" in given else "")
    return " ".join(filter(None, parts))
