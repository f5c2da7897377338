"""What supabase/config.toml adds to the schema: storage buckets, and doubt where it does not parse."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from checklists.model import Location
from checklists.repo import Layout, Snapshot
from checklists.repo.config import Config, table, texts
from checklists.sql.schema import Bucket, Facet, Schema, SchemaGap

_SIZE = re.compile(r"\s*([\d.]+)\s*([kmgt]?)i?b?\s*", re.IGNORECASE)
_FACTORS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_DEPENDS_ON_CONFIG = frozenset({Facet.GRANTS, Facet.BUCKETS})


def configured(schema: Schema, config: Config, snapshot: Snapshot, layout: Layout) -> Schema:
    """The schema with the configuration's buckets; those that SQL writes as well are left as SQL has them."""
    gaps = tuple(SchemaGap(gap, _DEPENDS_ON_CONFIG) for gap in config.gaps)
    rows = table(config.values, "storage", "buckets")
    if layout.config is None or not (gaps or rows):
        return schema
    text = snapshot.text(layout.config) or ""
    buckets = {
        name: _bucket(name, row, layout.config, text)
        for name, row in rows.items()
        if isinstance(row, Mapping)
    }
    return replace(schema, buckets={**buckets, **schema.buckets}, gaps=schema.gaps + gaps)


def _bucket(name: str, row: Mapping[str, Any], path: str, text: str) -> Bucket:
    line = next((n for n, line in enumerate(text.splitlines(), 1) if _names(line, name)), 1)
    return Bucket(
        id=name,
        public=row.get("public") is True,
        location=Location(path, line, line),
        file_size_limit=size_in_bytes(row.get("file_size_limit")),
        allowed_mime_types=texts(row, "allowed_mime_types"),
    )


def _names(line: str, bucket: str) -> bool:
    return re.fullmatch(rf'\s*\[storage\.buckets\."?{re.escape(bucket)}"?\].*', line) is not None


def size_in_bytes(value: object) -> int | None:
    """Bytes of a size as the CLI writes it (`"50MiB"`, `"5MB"`, a number); None where it is not one."""
    if isinstance(value, int):
        return value
    match = _SIZE.fullmatch(value) if isinstance(value, str) else None
    return int(float(match[1]) * _FACTORS[match[2].lower()]) if match else None
