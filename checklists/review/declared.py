"""What reviewers declare in the context of a review, as facts that checks go by."""

from dataclasses import replace

from checklists.checks.project import Project
from checklists.review.draft import Context
from checklists.team import Facts


def declared(project: Project, context: Context) -> Project:
    """The project as the team's configuration and this context describe it; of rows the context's count.

    Raises:
        ValueError: As `facts_of`.
    """
    team, said = project.team.config.facts, facts_of(context)
    facts = Facts(
        tuple(dict.fromkeys((*team.public_tables, *said.public_tables))),
        tuple(dict.fromkeys((*team.sensitive_columns, *said.sensitive_columns))),
        {**team.rows, **said.rows},
    )
    return project if facts == project.facts else replace(project, facts=facts)


def facts_of(context: Context) -> Facts:
    """The facts that a context spells, names without a schema being of `public`.

    Raises:
        ValueError: A count is missing, or is no number; the message quotes it.
    """
    return Facts(
        tuple(_within_public(name, 2) for name in _listed(context.public_tables)),
        tuple(_within_public(name, 3) for name in _listed(context.sensitive_columns)),
        dict(_counted(each) for each in _listed(context.expected_rows)),
    )


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.replace("\n", ",").split(",") if each.strip()]


def _within_public(name: str, parts: int) -> str:
    return name if name.count(".") >= parts - 1 else f"public.{name}"


def _counted(words: str) -> tuple[str, int]:
    name, _, count = words.rpartition(" ")
    digits = count.replace("_", "")
    if not name or not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"{words!r} is not a table and a number of rows, as in: countries 250.")
    return _within_public(name.strip(), 2), int(digits)
