"""A finished review as a record, or what still stands in its way."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from checklists.catalogue import digest
from checklists.checks.project import Project
from checklists.counting import named
from checklists.errors import RecordError
from checklists.record.contents import sealed_findings, sealed_item, waivers_of
from checklists.record.made_with import made_with, tool
from checklists.record.model import (
    SCHEMA,
    Decision,
    Inputs,
    OtherScanner,
    Record,
    Reviewer,
    SealedMigration,
    SealedSubject,
)
from checklists.record.proven import sealed_proof
from checklists.record.statement import check_explained, open_items, statement
from checklists.review.draft import Draft


@dataclass(frozen=True, slots=True)
class Change:
    """The commit that the change goes into, what merging it would give, and git's name for the difference."""

    base: str
    merge_tree: str | None = None
    patch_id: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What a record needs beside the review: its name, time, forerunner, and what git says of it.

    `reason` is the reviewer's own, for the verdict; rejecting needs one, and approving while items fail.
    """

    record_id: str
    at: datetime
    scope: tuple[str, ...]
    scope_listing: bytes
    migrations: tuple[SealedMigration, ...]
    change: Change | None = None
    previous: str | None = None
    policy_sha256: str | None = None
    signers_sha256: str | None = None
    reason: str = ""


def build(draft: Draft, project: Project, reviewer: Reviewer, decision: Decision, frame: Frame) -> Record:
    """The record of a review that is complete.

    Raises:
        RecordError: Items are open, what was reviewed is a dirty work tree, or nothing says why the commit is
            rejected, or approved although items fail.
    """
    review, subject = draft.review, project.snapshot.subject
    if subject.dirty:
        raise RecordError(
            "A work tree with changes cannot be sealed: a signature names a commit.",
            "Commit the changes, then review and seal that commit.",
        )
    missing = open_items(review, frame.at.date())
    if missing:
        raise RecordError(
            f"{len(missing)} of {len(review.items)} items are open: {named(missing)}.",
            "Answer them with `counterseal review` or `counterseal answer ITEM …`, then seal.",
        )
    reason = " ".join(frame.reason.split())
    if not reason:
        check_explained(review, decision)
    scope = hashlib.sha256(frame.scope_listing).hexdigest()
    sealed = SealedSubject(
        subject.commit, subject.tree, frame.scope, scope, len(project.layout.sources),
        supabase_dir=project.layout.supabase_dir,
        base=frame.change.base if frame.change else None,
        merge_tree=frame.change.merge_tree if frame.change else None,
        patch_id=frame.change.patch_id if frame.change else None,
    )  # fmt: skip
    return Record(
        schema=SCHEMA,
        record_id=frame.record_id,
        verdict=decision,
        reviewer=reviewer.email,
        name=reviewer.name,
        role=reviewer.role,
        signed_at=frame.at,
        statement=statement(review, project, reviewer, decision, reason),
        subject=sealed,
        inputs=_inputs(frame, project),
        context=draft.context,
        reason=reason,
        previous=frame.previous,
        migration=frame.migrations,
        item=tuple(sealed_item(review, name, project) for name in review.items),
        finding=tuple(sealed_findings(review)),
        waiver=tuple(waivers_of(review, reviewer.email, frame.at.date())),
        proof=sealed_proof(project.proof),
    )


def _inputs(frame: Frame, project: Project) -> Inputs:
    return Inputs(
        tool=tool(),
        catalogue_sha256=digest(),
        proof="static" if project.proof is None else "live",
        library=tuple(made_with()),
        scanner=tuple(
            OtherScanner(each.tool, each.version, each.sha256, len(each.results)) for each in project.scanners
        ),
        policy_sha256=frame.policy_sha256,
        signers_sha256=frame.signers_sha256,
    )
