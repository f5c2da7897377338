"""The eight sections of a record's page; what nobody looked at is said, not left out."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from checklists.catalogue import load
from checklists.checks.project import Project
from checklists.counting import counted
from checklists.live.model import ClaimStatus
from checklists.model import Verdict
from checklists.record.api import endpoint_line
from checklists.record.escape import cell, clipped, code, prose, title
from checklists.record.matrix import matrix
from checklists.record.model import Record, SealedFinding, SealedItem
from checklists.record.proven import SealedProof
from checklists.record.reasons import reason, weight
from checklists.sql.folding.platform import of_repo
from checklists.sql.schema import ConstraintKind, Table

TITLES = (
    "Context", "Schema", "RLS policies", "API", "Performance", "Security", "Implementation plan", "Testing",
)  # fmt: skip

T = TypeVar("T")
_PERFORMANCE = ("n-plus-one", "select-star", "missing-indexes")
_API = ("input-validated", "actions-authenticated", "errors-masked", "rate-limits", "cors-configured")
_TESTING = ("policies-tested",)
_MARKS = {"pass": "✓", "fail": "✗", "waived": "~", "not_applicable": "-"}


@dataclass(frozen=True, slots=True)
class Room:
    """How much a page may say: rows of one list, characters of one text."""

    rows: int
    text: int


def sections(record: Record, project: Project | None, room: Room) -> tuple[Iterable[str], ...]:
    """The lines of each section, in the order of `TITLES`."""
    return (
        _context(record, project, room),
        _schema(record, project, room),
        matrix(project, room.rows, room.text),
        _api(record, project, room),
        _performance(record),
        _security(record, project, room),
        _plan(record, project, room),
        _testing(record),
    )


def listed(values: Sequence[T], row: Callable[[T], str], limit: int) -> Iterator[str]:
    """The first values as rows, then how many more there are."""
    yield from map(row, values[:limit])
    if len(values) > limit:
        yield f"- … and {len(values) - limit} more, all in the record"


def outcome_of(item: SealedItem) -> str:
    """The answer to an item, marked and in words."""
    return f"{_MARKS[item.answer.value]} **{item.answer.value.replace('_', ' ')}**"


def item_line(record: Record, item: SealedItem) -> str:
    """One item: its answer, what failed, and what was suggested."""
    said = item.suggestion.value.replace("_", " ")
    agrees = "as suggested" if item.answer.value == item.suggestion.value else f"suggested: {said}"
    name = f"{title(item.title)}{reason(record, item)}"
    weighed = f"{item.severity.value}; {agrees}{weight(record, item)}"
    return f"- {outcome_of(item)} · {name} ({code(item.id)}, {weighed})"


def item_lines(record: Record, item: SealedItem, room: Room) -> Iterator[str]:
    """One item with the reviewer's words and the findings behind it."""
    yield item_line(record, item)
    findings = [finding for finding in record.finding if item.id in finding.items]
    if not findings and (
        item.suggestion is Verdict.UNDETERMINED or item.answer.value != item.suggestion.value
    ):
        yield f"  - Suggested because {prose(clipped(item.because, room.text))}"
    for label, text in (("Note", item.note), ("Annotation", item.annotation)):
        if text:
            yield f"  - {label}: {prose(clipped(text, room.text))}"
    yield from (f"  {line}" for line in listed(findings, partial(finding_line, room=room), room.rows))
    undecided = listed(
        item.undecided, lambda each: f"- Undecided: {prose(clipped(each, room.text))}", room.rows
    )
    yield from (f"  {line}" for line in undecided)


def finding_line(finding: SealedFinding, room: Room) -> str:
    """One finding: how bad, what, where, and what the reviewer said of it where they did."""
    triage = f" → {finding.triage.value.replace('_', ' ')}" if finding.triage else ""
    place = f"{clipped(finding.path, room.text)}:{finding.line}"
    ruling = f" ({prose(clipped(finding.ruling, room.text))})" if finding.ruling else ""
    message = prose(clipped(finding.message, room.text))
    return f"- {finding.severity.value}{ruling}: {message} {code(place)}{triage}"


def _context(record: Record, project: Project | None, room: Room) -> Iterator[str]:
    context = record.context
    for label, text in (
        ("Entities", context.entities),
        ("Access patterns", context.access_patterns),
        ("Scale", context.scale),
        ("Authentication and authorization", context.authorization),
        ("Compliance", context.compliance),
    ):
        yield f"- {label}: {prose(clipped(text, room.text)) if text else 'not stated'}"
    for label, names in (
        ("Declared public", context.public_tables),
        ("Declared sensitive", context.sensitive_columns),
        ("Rows to expect at most", context.expected_rows),
    ):
        if names:
            yield f"- {label}: {prose(clipped(names, room.text))}"
    subject = record.subject
    inputs = record.inputs
    libraries = ", ".join(f"{each.name} {each.version}" for each in inputs.library)
    yield f"- Commit {code(subject.commit)}, tree {code(subject.tree)}"
    read = f"{counted(len(record.migration), 'migrations')}, {counted(subject.sources, 'source files')}"
    yield f"- Read: {read}, under {code(clipped(' '.join(subject.scope), room.text))}"
    yield from _unread(project, room)
    catalogue = code(inputs.catalogue_sha256[:12])
    yield f"- Made with {code(inputs.tool)} ({code(libraries)}), catalogue {catalogue}"


def _unread(project: Project | None, room: Room) -> Iterator[str]:
    """The files that could not be read, on one line."""
    files = project.snapshot.unread if project is not None else ()
    if files:
        some = files[: min(room.rows, 10)]
        named = [f"{code(clipped(file.path, room.text))} {file.fault}" for file in some]
        named += [f"{len(files) - len(some)} more"] * (len(files) > len(some))
        yield f"- {counted(len(files), 'files')} could not be read: {'; '.join(named)}"


def _schema(record: Record, project: Project | None, room: Room) -> Iterator[str]:
    if project is None:
        yield "- Not reviewed here: the page was made from the record alone."
        return
    tables = sorted(project.schema.user_tables(), key=lambda table: table.qualified)
    after, owned = counted(len(record.migration), "migrations"), counted(len(tables), "tables")
    yield f"After {after} the repo owns {owned}."
    yield from _table_rows(tables, room)
    yield "- Not reviewed here: what this change adds to the schema, up and down."


def _table_rows(tables: list[Table], room: Room) -> Iterator[str]:
    if not tables or not room.rows:
        return
    yield ""
    yield "| table | columns | primary key | foreign keys | checks | indexes |"
    yield "|---|--:|---|--:|--:|--:|"
    for table in tables[: room.rows]:
        keys = table.of_kind(ConstraintKind.PRIMARY_KEY)
        primary = cell(clipped(", ".join(keys[0].columns), room.text)) if keys else "**none**"
        counts = [len(table.of_kind(kind)) for kind in (ConstraintKind.FOREIGN_KEY, ConstraintKind.CHECK)]
        name = cell(clipped(table.qualified, room.text))
        cells = (name, len(table.columns), primary, *counts, len(table.indexes))
        yield f"| {' | '.join(str(cell) for cell in cells)} |"
    yield ""
    if len(tables) > room.rows:
        yield f"- … and {len(tables) - room.rows} more tables"


def _api(record: Record, project: Project | None, room: Room) -> Iterator[str]:
    if project is None:
        yield "- Endpoints are not listed here: the page was made from the record alone."
    elif not project.sources.endpoints:
        yield "- No Server Action, route handler or edge function was found."
    else:
        ordered = sorted(project.sources.endpoints, key=lambda each: (each.kind.value, each.name))
        row = partial(endpoint_line, project, limit=room.text)
        yield from listed(ordered, row, room.rows)
    yield from _named(record, _API)
    yield "- Not reviewed here: the output of each endpoint, and who besides its caller may use it."


def _performance(record: Record) -> Iterator[str]:
    yield from _named(record, _PERFORMANCE)
    yield "- Not reviewed here: query plans, connection pooling, batching beyond loops, and caching."


def _security(record: Record, project: Project | None, room: Room) -> Iterator[str]:
    shown = {item.id: item for item in record.item}
    for section in project.sections if project else load():
        items = [shown.pop(item.id) for item in section.items if item.id in shown]
        if items:
            yield from ("", f"### {section.title}", "")
            for item in items:
                yield from item_lines(record, item, room)
    if shown:  # a record of another catalogue
        yield from ("", "### Other items", "")
        for item in shown.values():
            yield from item_lines(record, item, room)


def _plan(record: Record, project: Project | None, room: Room) -> Iterator[str]:
    yield "Migrations, in the order in which they are applied:"
    yield ""
    for migration in record.migration[: room.rows]:
        yield f"{migration.order}. {code(clipped(migration.path, room.text))}"
    yield ""
    if len(record.migration) > room.rows:
        yield f"- … and {len(record.migration) - room.rows} more, all in the record"
    if project is not None:
        schema = project.schema
        counts = (
            counted(len(schema.cron_jobs), "scheduled jobs"),
            counted(len(schema.buckets), "storage buckets"),
            counted(sum(of_repo(each) for each in schema.extensions.values()), "extensions"),
        )
        yield f"- Infrastructure in the migrations: {', '.join(counts)}."
    yield "- Not reviewed here: the order of RLS, functions, API and tests, and how each step is undone."


def _testing(record: Record) -> Iterator[str]:
    yield from _named(record, _TESTING)
    if record.inputs.proof == "static":
        yield "- Not reviewed here: no migration was run on a database; every suggestion is static."
    elif record.proof is not None:
        yield from _proof(record.proof)
    yield "- Not reviewed here: which tests the repo has and what they prove."


def _proof(proof: SealedProof) -> Iterator[str]:
    """What was run, and what was claimed of it, in numbers; the record names each."""
    kinds = Counter(claim.status for claim in proof.claim for _ in claim.actors)
    yield (
        f"- Run on Postgres {code(proof.server)}: {proof.applied} of {counted(proof.files, 'SQL files')} "
        f"applied, {proof.conclusive} of {counted(proof.cells, 'trials')} conclusive."
    )
    known = [status.value for status in ClaimStatus if kinds[status.value]]
    told = ", ".join(f"{kinds[kind]} {kind}" for kind in known)
    yield f"- Claims of table, actor and command: {told or 'none'}."
    if refuted := [claim for claim in proof.claim if claim.status == "refuted"]:
        names = sorted({claim.table for claim in refuted})
        yield f"- Refuted on: {', '.join(code(name) for name in names)}."
    if proof.stood_in:
        yield f"- Stand-ins for: {', '.join(code(name) for name in proof.stood_in)}."


def _named(record: Record, names: tuple[str, ...]) -> Iterator[str]:
    """The items that ask about a section, with their answers; what is behind them stands under Security."""
    answers = [f"{code(item.id)} {outcome_of(item)}" for item in record.item if item.id in names]
    if answers:
        yield f"- Items, see section 6: {', '.join(answers)}"
