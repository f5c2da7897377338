"""A suggestion is the worst of its children, and says because."""

from dataclasses import replace

from checklists.model import Confidence, Finding, Gap, Item, Location, Report, Severity, Status, Verdict
from checklists.review.suggesting import suggest

ITEM = Item("x", "security", "t", "q?", "w", Severity.HIGH, ("L1",))
HUMAN = replace(ITEM, automatic=False, human="Somebody must look.")
FINDING = Finding(
    "c",
    "r",
    ("x",),
    "table:public.t",
    Location("m.sql", 1, 1),
    Severity.HIGH,
    Confidence.HIGH,
    "Bad.",
    "Mend.",
)
CLEAR = Report("clear", "r", ("x",), Status.CLEAR, examined=(("tables", 3),))
NOTHING = Report("nothing", "r", ("x",), Status.NOT_APPLICABLE)
FLAGGED = Report("flagged", "r", ("x",), Status.FLAGGED, (FINDING,), examined=(("tables", 5),))
UNSURE = Report("unsure", "r", ("x",), Status.UNDETERMINED, gaps=(Gap("file:m.sql", "it does not parse"),))


def test_fail_beats_all() -> None:
    said = suggest(ITEM, [CLEAR, UNSURE, FLAGGED])
    assert (said.verdict, said.because) == (Verdict.FAIL, "Bad.")
    assert said.examined == (("tables", 5),)
    assert said.checks == ("clear", "unsure", "flagged")


def test_what_only_looks_beside_an_item_never_passes_it() -> None:
    asked = replace(ITEM, decided_by=("core",))
    core = replace(CLEAR, check="core")
    assert suggest(asked, [core, CLEAR]).verdict is Verdict.PASS
    beside = suggest(asked, [replace(NOTHING, check="core"), CLEAR])
    assert (beside.verdict, beside.because) == (
        Verdict.NOT_APPLICABLE,
        "there is nothing in this repo that this asks about",
    )
    assert suggest(asked, [replace(NOTHING, check="core"), FLAGGED]).verdict is Verdict.FAIL
    note = replace(FLAGGED, findings=(replace(FINDING, severity=Severity.INFO),))
    assert suggest(asked, [note]).because == "there is nothing in this repo that this asks about (and 1 note)"


def test_undetermined_beats_pass_and_names_the_file() -> None:
    said = suggest(ITEM, [CLEAR, UNSURE])
    assert (said.verdict, said.because) == (Verdict.UNDETERMINED, "file:m.sql: it does not parse")


def test_a_gap_that_many_checks_inherit_counts_once_and_names_its_line() -> None:
    gap = Gap("file:m.sql", "a statement could not be read: syntax error", Location("m.sql", 4, 6))
    reports = [replace(UNSURE, check=name, gaps=(gap,)) for name in "abc"]
    said = suggest(ITEM, reports)
    assert said.because == "m.sql:4: a statement could not be read: syntax error"
    other = replace(UNSURE, check="d", gaps=(gap, Gap("table:public.t", "it is made at run time")))
    assert suggest(ITEM, [*reports, other]).because == f"{said.because} (and 1 more)"


def test_notes_are_told_from_findings() -> None:
    note = replace(FINDING, severity=Severity.INFO)
    said = suggest(ITEM, [replace(FLAGGED, findings=(FINDING, note, note))])
    assert said.because == "Bad. (and 2 notes)"
    said = suggest(ITEM, [replace(FLAGGED, findings=(FINDING, FINDING, note))])
    assert said.because == "Bad. (and 1 more finding, 1 note)"


def test_a_pass_with_notes_says_that_they_fail_nothing() -> None:
    note = replace(FLAGGED, findings=(replace(FINDING, severity=Severity.INFO),))
    said = suggest(ITEM, [note])
    assert (said.verdict, said.because) == (
        Verdict.PASS,
        "1 check looked and flagged nothing that fails (and 1 note)",
    )


def test_pass_needs_something_examined() -> None:
    assert suggest(ITEM, [NOTHING, CLEAR]).verdict is Verdict.PASS
    assert suggest(ITEM, [NOTHING]).verdict is Verdict.NOT_APPLICABLE


def test_what_no_check_looks_at_is_a_persons_to_answer() -> None:
    assert suggest(ITEM, []).verdict is Verdict.UNDETERMINED
    assert suggest(ITEM, []).because == "no check looks at this: a person answers it"
    assert suggest(HUMAN, []).because == "somebody must look."
    assert suggest(HUMAN, [NOTHING]).verdict is Verdict.NOT_APPLICABLE


def test_a_machine_alone_does_not_pass_a_human_item() -> None:
    said = suggest(HUMAN, [CLEAR])
    assert said.verdict is Verdict.UNDETERMINED
    assert said.because == "nothing was flagged, but somebody must look."


def test_an_informational_finding_is_shown_and_does_not_fail() -> None:
    info = replace(FLAGGED, findings=(replace(FINDING, severity=Severity.INFO),))
    said = suggest(ITEM, [info, CLEAR])
    assert said.verdict is Verdict.PASS
    assert said.findings == info.findings


def test_reports_of_other_items_do_not_count() -> None:
    said = suggest(ITEM, [replace(FLAGGED, items=("y",)), CLEAR])
    assert (said.verdict, said.findings) == (Verdict.PASS, ())


def test_findings_come_worst_and_surest_first() -> None:
    low = replace(FINDING, object="a", severity=Severity.LOW)
    unsure = replace(FINDING, object="b", confidence=Confidence.LOW)
    said = suggest(ITEM, [replace(FLAGGED, findings=(low, unsure, FINDING))])
    assert [f.object for f in said.findings] == ["table:public.t", "b", "a"]
