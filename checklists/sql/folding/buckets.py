"""Storage buckets: rows that migrations write to storage.buckets."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from checklists.model import Location
from checklists.sql.dynamic.casts import as_array
from checklists.sql.dynamic.evaluator import Evaluator
from checklists.sql.dynamic.operators import boolean
from checklists.sql.dynamic.values import Scopes, Undecided, Value, known, text
from checklists.sql.folding.jobs import unschedule_rows
from checklists.sql.folding.registry import handles
from checklists.sql.folding.state import Database, Refused
from checklists.sql.parse import pb
from checklists.sql.schema import Bucket, Facet
from checklists.sql.statements import Statement

_COLUMNS = (
    "id", "name", "owner", "created_at", "updated_at", "public", "avif_autodetection", "file_size_limit",
    "allowed_mime_types", "owner_id", "type",
)  # fmt: skip
_OURS = frozenset({"id", "public", "file_size_limit", "allowed_mime_types"})


def _is_buckets(db: Database, node: Any) -> bool:
    schema = node.relation.schemaname or ("storage" if "storage" in db.search_path else "")
    return (schema, node.relation.relname) == ("storage", "buckets")


def _evaluator(db: Database) -> Evaluator:
    return Evaluator(db, db.variables or {})


def _gap(db: Database, at: Statement, reason: Undecided, of: str = "") -> None:
    because = f"which storage buckets a statement writes cannot be decided: {reason}"
    db.gap(of or f"file:{at.location.path}", because, at.location, frozenset({Facet.BUCKETS}))


@handles("insert_stmt", touches=(Facet.BUCKETS,))
def insert(db: Database, node: Any, at: Statement) -> None:
    """INSERT INTO storage.buckets; other tables hold data, which is not followed."""
    if not _is_buckets(db, node):
        return
    columns = tuple(each.res_target.name for each in node.cols) or _COLUMNS
    try:
        query = node.select_stmt.select_stmt
        rows = _evaluator(db).select(query)
        for row in rows:
            _insert(db, node, dict(zip(columns, row.values(), strict=False)), at)
    except Undecided as reason:
        _gap(db, at, reason)


def _bucket(values: Mapping[str, Value], here: Location) -> Bucket:
    limit, types = known(values.get("file_size_limit")), known(values.get("allowed_mime_types"))
    public = known(values.get("public"))
    return Bucket(
        text(values["id"]),
        public is not None and boolean(public),
        here,
        None if limit is None else int(text(limit)),
        None if types is None else _texts(types),
    )


def _texts(value: Value) -> tuple[str, ...]:
    return tuple(text(each) for each in as_array(value))


def _insert(db: Database, node: Any, values: dict[str, Value], at: Statement) -> None:
    made = _bucket(values, at.location)
    old = db.buckets.get(made.id)
    if old is None:
        db.buckets[made.id] = made
        return
    conflict = node.on_conflict_clause
    if conflict.action == pb.ONCONFLICT_UPDATE:
        excluded = {"excluded": values, "buckets": _row(old)}
        db.buckets[made.id] = _changed(db, old, conflict.target_list, (excluded, {"buckets": _row(old)}), at)
    elif conflict.action != pb.ONCONFLICT_NOTHING:
        message = f"the bucket {made.id} exists already"
        raise Refused(
            "23505",
            message,
            f"bucket:{made.id}",
            Facet.BUCKETS,
            uncertain=replace(old, location=made.location) != made,
        )


def _row(bucket: Bucket) -> dict[str, Value]:
    types = None if bucket.allowed_mime_types is None else list(bucket.allowed_mime_types)
    return {
        "id": bucket.id,
        "name": bucket.id,
        "public": bucket.public,
        "file_size_limit": bucket.file_size_limit,
        "allowed_mime_types": types,
    }


def _changed(db: Database, old: Bucket, targets: Sequence[Any], scopes: Scopes, at: Statement) -> Bucket:
    values = _row(old)
    for each in targets:
        if each.res_target.name in _OURS:
            values[each.res_target.name] = _evaluator(db).value(each.res_target.val, scopes)
    return _bucket(values, at.location)


@handles("update_stmt", touches=(Facet.BUCKETS,))
def update(db: Database, node: Any, at: Statement) -> None:
    """UPDATE storage.buckets."""
    if not _is_buckets(db, node):
        return
    alias = node.relation.alias.aliasname or "buckets"
    for bucket in list(db.buckets.values()):
        scopes = ({alias: _row(bucket)},)
        try:
            if not node.HasField("where_clause") or _evaluator(db).truth(node.where_clause, scopes):
                made = _changed(db, bucket, node.target_list, scopes, at)
                del db.buckets[bucket.id]
                db.buckets[made.id] = made
        except Undecided as reason:
            _gap(db, at, reason, f"bucket:{bucket.id}")


@handles("delete_stmt", touches=(Facet.BUCKETS, Facet.CRON))
def delete(db: Database, node: Any, at: Statement) -> None:
    """DELETE FROM storage.buckets, or from cron.job."""
    if (node.relation.schemaname, node.relation.relname) == ("cron", "job"):
        unschedule_rows(db, node, at)
        return
    if not _is_buckets(db, node):
        return
    alias = node.relation.alias.aliasname or "buckets"
    for bucket in list(db.buckets.values()):
        try:
            if not node.HasField("where_clause") or _evaluator(db).truth(
                node.where_clause, ({alias: _row(bucket)},)
            ):
                del db.buckets[bucket.id]
        except Undecided as reason:
            _gap(db, at, reason, f"bucket:{bucket.id}")
