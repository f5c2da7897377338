"""A scan as JUnit XML: one suite a section, one test case an item, so that any CI shows the checklist.

The elements are those of the schema that CI servers share (`testsuites` > `testsuite` > `testcase` with
`failure` or `skipped`), as the JUnit 10 schema of the Jenkins xUnit plugin has them.
"""

import re
from xml.etree import ElementTree as ET

from checklists.model import Item, Suggestion, Verdict
from checklists.review.scan import Scan

# XML 1.0 has no place for these, escaped or not.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(scan: Scan) -> str:
    """The report; what fails is a failure, and what is undetermined or does not apply is skipped."""
    root = ET.Element("testsuites", name="counterseal")
    for section in scan.project.sections:
        said = [(item, scan.suggestions[item.id]) for item in section.items if item.id in scan.suggestions]
        verdicts = [suggestion.verdict for _, suggestion in said]
        failures = verdicts.count(Verdict.FAIL)
        skipped = len(said) - failures - verdicts.count(Verdict.PASS)
        suite = ET.SubElement(
            root, "testsuite", name=_safe(section.title), tests=str(len(said)), failures=str(failures),
            errors="0", skipped=str(skipped),
        )  # fmt: skip
        for item, suggestion in said:
            _case(suite, section.id, item, suggestion)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _case(suite: ET.Element, section: str, item: Item, suggestion: Suggestion) -> None:
    case = ET.SubElement(
        suite, "testcase", name=_safe(f"{item.id}: {item.title}"), classname=section, time="0"
    )
    if suggestion.verdict is Verdict.FAIL:
        lines = [f"{each.severity.value} {each.location}: {each.message}" for each in suggestion.findings]
        failure = ET.SubElement(case, "failure", message=_safe(suggestion.because), type=item.severity.value)
        failure.text = _safe("\n".join(lines))
    elif suggestion.verdict is not Verdict.PASS:
        words = f"{suggestion.verdict.value.replace('_', ' ')}: {suggestion.because}"
        ET.SubElement(case, "skipped", message=_safe(words))


def _safe(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
