"""What nothing in the repo calls harms nobody yet, and a script serves nobody: findings there weigh less."""

from dataclasses import replace

from checklists.checks.project import Project
from checklists.checks.subjects.bystanders import serves_nobody
from checklists.model import Finding, Report, Severity
from checklists.ts.unused import is_uncalled_method, unused


def weighed(report: Report, project: Project) -> Report:
    """The report with the findings of calls in unused functions, in scripts and in tests at low."""
    if not any(_is_call(finding) for finding in report.findings):
        return report
    return replace(report, findings=tuple(_weighed(finding, project) for finding in report.findings))


def _weighed(finding: Finding, project: Project) -> Finding:
    if not _is_call(finding):
        return finding
    if serves_nobody(finding.location.path):
        return replace(finding, severity=Severity.LOW)
    function = finding.object.removeprefix("call:").rpartition("/")[0]
    method = is_uncalled_method(project.sources, function)
    if not method and function not in unused(project.sources):
        return finding
    message = f"{finding.message} Nothing in the repo calls this {'method' if method else 'function'}."
    return replace(finding, severity=Severity.LOW, message=message)


def _is_call(finding: Finding) -> bool:
    return finding.object.startswith("call:") and finding.severity.rank < Severity.LOW.rank
