"""What a team rules of a finding is laid over it, shown, and told where it speaks of nothing."""

from dataclasses import replace

from sealing import FINDING, REPORTS

from checklists.catalogue import item_named
from checklists.model import Aside, Confidence, Item, Report, Severity, Status, Suggestion, Verdict
from checklists.review.groups import grouped
from checklists.review.rulings import ruled
from checklists.review.suggesting import suggest
from checklists.team import Config, Team
from checklists.team.baseline import Baseline, baseline_of
from checklists.team.config import Reclassified, Suppressed

CHECK, OBJECT = FINDING.check, FINDING.object
SUPPRESSING = Team(Config(suppress=(Suppressed(CHECK, OBJECT, "It is a view's."),)))


def item(name: str) -> Item:
    found = item_named(name)
    assert found is not None
    return replace(found, decided_by=())  # the check is one of the tests'


def told(team: Team, reports: tuple[Report, ...] = REPORTS, name: str = "rls-enabled") -> Suggestion:
    return suggest(item(name), tuple(ruled(reports, team)))


def test_a_team_that_says_nothing_changes_nothing() -> None:
    assert tuple(ruled(REPORTS, Team())) == REPORTS


def test_a_suppressed_finding_fails_nothing_and_stays_listed_with_its_reason() -> None:
    said = told(SUPPRESSING)
    assert said.verdict is Verdict.PASS
    assert said.because.endswith("(and 1 suppressed)")
    (finding,) = said.findings
    assert (finding.aside, finding.id) == (Aside.SUPPRESSED, FINDING.id)
    assert finding.ruling.words == "suppressed: It is a view's."
    (group,) = grouped(said.findings)
    assert (group.id, group.above_fold) == (f"{CHECK}/blocker/suppressed", False)


def test_another_object_or_check_is_not_suppressed() -> None:
    for row in (Suppressed(CHECK, "table:public.other", "x"), Suppressed("another", OBJECT, "x")):
        assert told(Team(Config(suppress=(row,)))).verdict is Verdict.FAIL


def test_one_occurrence_is_suppressed_by_its_number() -> None:
    second = replace(FINDING, occurrence=2)
    reports = (replace(REPORTS[0], findings=(FINDING, second)),)
    team = Team(Config(suppress=(Suppressed(CHECK, f"{OBJECT}#2", "x"),)))
    assert [finding.aside for finding in told(team, reports).findings] == [None, Aside.SUPPRESSED]


def test_an_item_with_only_baselined_findings_is_no_pass() -> None:
    team = Team(baseline=baseline_of([FINDING], "c" * 40))
    said = told(team)
    assert said.verdict is Verdict.UNDETERMINED
    assert said.because.startswith("nothing new, but 1 finding in the baseline: ")
    new = replace(FINDING, object="table:public.later")
    reports = (replace(REPORTS[0], findings=(FINDING, new)),)
    assert told(team, reports).verdict is Verdict.FAIL
    assert told(team, reports).because == f"{new.message} (and 1 in the baseline)"


def test_a_finding_is_weighed_otherwise_and_keeps_what_its_check_said() -> None:
    rows = (
        Reclassified(CHECK, "We are inside.", severity=Severity.LOW),
        Reclassified(CHECK, "It is a stub.", OBJECT, Severity.INFO, Confidence.LOW),
    )
    (finding,) = told(Team(Config(reclassify=rows))).findings
    assert (finding.severity, finding.confidence, finding.fails) == (Severity.INFO, Confidence.LOW, False)
    assert finding.ruling.words == "the check says blocker, high: It is a stub."


def test_rows_that_speak_of_nothing_are_told_at_the_record() -> None:
    weight = Reclassified("gone", "x", severity=Severity.LOW)
    idle = Team(
        Config(suppress=(Suppressed("gone", OBJECT, "x"),), reclassify=(weight,)),
        Baseline(findings={"gone": ("table:public.t",), CHECK: (OBJECT,)}),
    )
    report = tuple(ruled(REPORTS, idle))[-1]
    assert report.status is Status.UNDETERMINED
    assert [gap.because for gap in report.gaps] == [
        "it suppresses gone at table:public.tenders, where nothing is flagged",
        "it reclassifies gone, which flags nothing",
        "1 of its 2 findings are not found any more: write it anew",
    ]
    assert told(idle, name="record-complete").verdict is Verdict.UNDETERMINED
    assert tuple(ruled(REPORTS, SUPPRESSING))[-1].status is Status.CLEAR
