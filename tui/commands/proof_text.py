"""A proof as calm text: what was run, what did not apply, who can do what."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

import click

from checklists.checks.project import Project
from checklists.counting import counted
from checklists.live.model import Action, AppliedFile, Claim, ClaimStatus, Mode, Proof, RoundTrip
from checklists.repo.config import read_config
from checklists.sql.schema import API_ROLES, PLATFORM_SCHEMAS
from tui.commands.plan_text import plan_text
from tui.commands.text import wrapped
from tui.text import one_line, visible

# Worst first; what follows `untested` is as it should be.
_ORDER = (
    ClaimStatus.REFUTED, ClaimStatus.BROKEN, ClaimStatus.UNTESTED, ClaimStatus.BY_ROLE, ClaimStatus.GUARDED,
    ClaimStatus.DECLARED_OPEN, ClaimStatus.CLOSED, ClaimStatus.PROVEN,
)  # fmt: skip
_SHOWN = frozenset({ClaimStatus.REFUTED, ClaimStatus.BROKEN, ClaimStatus.UNTESTED})
# As somebody meant it, and for a reader to see whether it is so.
_NAMED = frozenset({ClaimStatus.BY_ROLE, ClaimStatus.GUARDED, ClaimStatus.DECLARED_OPEN})
_WORDS = {
    ClaimStatus.REFUTED: "refuted: it can be done",
    ClaimStatus.BROKEN: "broken: what should work fails",
    ClaimStatus.UNTESTED: "could not be tested",
    ClaimStatus.BY_ROLE: "open to those whom a row gives a role",
    ClaimStatus.GUARDED: "refused by a trigger, a function or a constraint, not by a policy",
    ClaimStatus.DECLARED_OPEN: "open, as a policy or grant says, or of rows that are nobody's",
    ClaimStatus.CLOSED: "closed to everybody, the owner too",
    ClaimStatus.PROVEN: "proven: only one's own",
}
# Who has the least to do with a row comes first: what such a one can do is worst.
_STRANGER = {"anon": 0, "anonymous": 1, "B": 2, "C": 3, "A": 4, "admin": 5}
_MOST = 12
_LACKS = re.compile(r'(relation "[^"]+"|function \S+?(?=\()|type "[^"]+") does not exist')


def proof_text(project: Project, proof: Proof, *, everything: bool) -> Iterator[str]:
    """The whole report."""
    commit = project.snapshot.subject.commit[:12] or "no commit"
    yield f"{one_line(project.snapshot.root)}  {commit}  Postgres {proof.server}, {proof.seconds.total:.1f} s"
    yield ""
    yield from _files(proof, project.layout.migrations, everything=everything)
    yield from _trips(proof.round_trips)
    if proof.stood_in:
        yield from wrapped(f"Stood in for: {', '.join(proof.stood_in)}.", "")
    for fault in proof.unread:
        yield click.style(f"Not run: {one_line(fault)}", bold=True)
    yield from _ungranted(proof, project)
    yield from _rows(proof)
    yield from _claims(proof, everything=everything)
    yield from _plans(proof)


def _files(proof: Proof, migrations: Collection[str], *, everything: bool) -> Iterator[str]:
    modes = Counter(file.mode for file in proof.files)
    clean = modes[Mode.WHOLE] + modes[Mode.AUTOCOMMIT]
    apart = f", {modes[Mode.AUTOCOMMIT]} of them outside of a transaction" if modes[Mode.AUTOCOMMIT] else ""
    others = [file.path for file in proof.files if file.path not in migrations]
    own = counted(len(proof.files) - len(others), "migrations")
    kinds = f" ({own} and {_some(others)})" if others else ""
    yield from wrapped(f"{clean} of {counted(len(proof.files), 'SQL files')}{kinds} went in{apart}.", "")
    short = [file for file in proof.files if file.skipped]
    if len(short) > _MOST:
        yield from _missing(short)
    most = len(short) if everything else _MOST
    for file in short[:most]:
        yield from _skipped(file, everything=everything)
    if len(short) > most:
        yield f"  and {len(short) - most} more files; --all shows them"


def _missing(files: Sequence[AppliedFile]) -> Iterator[str]:
    """What most of the refused statements lack: often tables that no migration makes."""
    lacking = Counter(
        match.group(1).replace('"', "")
        for file in files
        for each in file.skipped
        if (match := _LACKS.search(each.message))
    )
    if lacking:
        told = [f"{name} ({count})" for name, count in lacking.most_common(_MOST)]
        yield from wrapped(
            f"{len(files)} files went in without some statements. What these lack most, by statements: "
            f"{', '.join(told)}. Where no migration makes it, it was made by hand.", "",
        )  # fmt: skip


def _skipped(file: AppliedFile, *, everything: bool) -> Iterator[str]:
    how = "not applied" if file.mode is Mode.FAILED else "applied without"
    yield f"  {visible(file.path)}: {how} {counted(len(file.skipped), 'statements')}"
    most = len(file.skipped) if everything else 3
    for each in file.skipped[:most]:
        yield from wrapped(f"line {each.line}: {each.message} ({each.sqlstate or 'not sent'})", "    ")
    if len(file.skipped) > most:
        yield f"    and {len(file.skipped) - most} more"


def _trips(trips: Iterable[RoundTrip]) -> Iterator[str]:
    for trip in trips:
        if trip.restored and trip.repeatable:
            continue
        fault = trip.because or (
            "does not undo all of it" if trip.restored is False else "fails the second time"
        )
        yield from wrapped(f"{trip.down}, the way back from {trip.path}: {fault}", "  ")
        for line in trip.differences[:3]:
            yield from wrapped(line, "    ")


def _ungranted(proof: Proof, project: Project) -> Iterator[str]:
    """What the day decides on which the project was made."""
    if proof.ungranted is None:
        return
    names = sorted({each.object.partition(":")[2] for each in proof.ungranted if each.role in API_ROLES})
    what = f"closes {_some(names)} to the Data API" if names else "makes no difference here"
    yield from wrapped(
        f"{_silent(project)} whether new tables are granted to the API roles; taken is that they are. "
        f"A project that does not grant them {what}.", "",
    )  # fmt: skip


def _silent(project: Project) -> str:
    """Why config.toml says nothing of something."""
    path = project.layout.config
    if path is None:
        return "There is no config.toml to say"
    faults = read_config(project.snapshot, path).gaps
    return f"{path} cannot be read, {faults[0].because}: it cannot say" if faults else f"{path} does not say"


def _rows(proof: Proof) -> Iterator[str]:
    if proof.rows:
        both = sum({"A", "B"} <= set(row.personas) for row in proof.rows)
        platform = [row.table for row in proof.rows if row.table.partition(".")[0] in PLATFORM_SCHEMAS]
        among = f", {_some(platform)} of the platform's own among them" if platform else ""
        yield f"Rows of two people in {both} of {counted(len(proof.rows), 'tables')}{among}."


def _claims(proof: Proof, *, everything: bool) -> Iterator[str]:
    if not proof.claims:
        return
    counts = proof.counts
    if not counts.cells:
        yield "No grant lets a visitor or a signed-in user reach a table, so that none could be tried."
    tried = f"{counted(counts.cells, 'trials')} (one statement as one person), {counts.conclusive} conclusive"
    summed = f"{counted(len(proof.claims), 'claims')} (what one person can do to one table with one command)"
    yield from wrapped(f"{tried}, add up to {summed}.", "")
    for status in _ORDER:
        claims = [claim for claim in proof.claims if claim.status is status]
        if not claims:
            continue
        yield ""
        yield click.style(f"{counted(len(claims), 'claims')} {_WORDS[status]}", bold=True)
        if everything or status in _SHOWN:
            yield from _groups(claims, everything=everything)
        elif status in _NAMED:
            yield from wrapped(_some(sorted({claim.table for claim in claims})), "  ")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return f"{', '.join(names[:_MOST])}{more}"


def _groups(claims: Iterable[Claim], *, everything: bool) -> Iterator[str]:
    """A cause at a time, told by whoever has the least rights to what it opens."""
    grouped: dict[tuple[object, ...], list[Claim]] = {}
    for claim in claims:
        grouped.setdefault(_by_cause(claim), []).append(claim)
    most = len(grouped) if everything else _MOST
    for group in list(grouped.values())[:most]:
        yield from _group(group)
    if len(grouped) > most:
        yield f"  and {len(grouped) - most} more causes; --all shows them"


def _by_cause(claim: Claim) -> tuple[object, ...]:
    """What no policy opens has the same cause on all tables; a policy is one command's on one table."""
    if claim.causes and not any(cause.policies or cause.rows for cause in claim.causes):
        return claim.causes
    return claim.table, claim.command, claim.because if not claim.causes else ""


def _group(group: list[Claim]) -> Iterator[str]:
    first = min(group, key=lambda claim: _STRANGER.get(claim.actor, len(_STRANGER)))
    actors = ", ".join(dict.fromkeys((first.actor, *(claim.actor for claim in group))))
    commands = ", ".join(command.value for command in Action if any(c.command is command for c in group))
    tables = list(dict.fromkeys(claim.table for claim in group))
    yield from wrapped(f"{visible(_some(tables))}: {commands} as {actors}", "  ")
    yield from _claim(first, f" ({first.command.value} on {first.table})" if len(group) > 1 else "")


def _claim(claim: Claim, where: str) -> Iterator[str]:
    if claim.because:
        yield from wrapped(f"{claim.because}{where}", "    ")
    for cause in claim.causes:
        if cause.words and cause.words in claim.because:
            continue
        names = ", ".join(name.removeprefix("policy:") for name in cause.policies)
        policies = f"policy {names}" if names else ""
        verb = "opened by" if claim.status is not ClaimStatus.BROKEN else "held by"
        yield from wrapped(f"{verb} " + "; ".join(filter(None, (policies, *cause.rows, cause.words))), "    ")
    for reason in claim.provisional:
        yield from wrapped(f"provisional: {reason}", "    ")
    if claim.status in _SHOWN and claim.sql:
        yield from (click.style(f"      {visible(line)}", dim=True) for line in claim.sql.splitlines())


def _plans(proof: Proof) -> Iterator[str]:
    if proof.plans:
        yield ""
        yield click.style(f"{counted(len(proof.plans), 'reads')} that could cost less", bold=True)
    for plan in proof.plans[:_MOST]:
        yield from plan_text(plan)
    if len(proof.plans) > _MOST:
        yield f"  and {len(proof.plans) - _MOST} more; --format json has them"
