"""Who can put files into a storage bucket, as far as the repo says."""

import re
from enum import StrEnum

from checklists.checks.project import Project
from checklists.sql.expressions import Names
from checklists.sql.questions.access import clauses, demands
from checklists.sql.schema import API_ROLES, Command, Policy
from checklists.ts.index import Key

UPLOADS = frozenset({"createSignedUploadUrl", "upload", "uploadToSignedUrl"})
_OBJECTS = "storage.objects"
_ASKS = re.compile(r"\bauth\s*\.\s*(?:uid|jwt|role|email)\b|current_setting|\bowner(?:_id)?\b", re.IGNORECASE)


class Door(StrEnum):
    """The widest way in."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    SPECIAL = "special"
    SERVER = "server"
    UNKNOWN = "unknown"


def door(project: Project, bucket: str) -> Door:
    """Who may upload to the bucket; unknown where code does so as the caller and no policy is in sight."""
    objects = project.schema.tables.get(_OBJECTS)
    policies = [each for each in objects.policies if _admits(each, bucket)] if objects else []
    if any({"anon", "public"} & set(each.roles) and not _asks(each) for each in policies):
        return Door.ANYONE
    if policies and objects is not None:
        names = Names.of(project.schema, objects)
        special = all(demands(each.effective_check, names).gated for each in policies)
        return Door.SPECIAL if special else Door.SIGNED_IN
    return Door.UNKNOWN if _uploaded_by_callers(project, bucket) else Door.SERVER


def _admits(policy: Policy, bucket: str) -> bool:
    """Whether it lets an API role put in files, into this bucket or into any."""
    if policy.command not in (Command.ALL, Command.INSERT) or not policy.permissive:
        return False
    text = " ".join(text for _, text in clauses(policy))
    return bool({*API_ROLES, "public"} & set(policy.roles)) and (
        "bucket_id" not in text or f"'{bucket}'" in text
    )


def _asks(policy: Policy) -> bool:
    """Whether anything in it depends on the caller; a function that it calls may."""
    text = " ".join(text for _, text in clauses(policy))
    rest = re.sub(
        r"storage\.\w+\s*\(|\b(?:lower|upper|split_part|regexp_replace|any|in)\s*\(", "", text.lower()
    )
    return _ASKS.search(text) is not None or re.search(r"\w\s*\(", rest) is not None


def _uploaded_by_callers(project: Project, bucket: str) -> bool:
    return any(
        query.api == "storage"
        and query.operation in UPLOADS
        and query.key is not Key.SERVICE
        and (query.table == bucket or not query.table or query.table.startswith("{"))
        for query in project.sources.queries()
    )
