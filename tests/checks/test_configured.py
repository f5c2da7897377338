"""Buckets written in config.toml."""

import pytest
from builders import project

from checklists.checks.configured import size_in_bytes
from checklists.sql.schema import Facet

CONFIG = "supabase/config.toml"


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("50MiB", 52_428_800),
        ("5MB", 5_242_880),
        ("1 GiB", 1 << 30),
        (1024, 1024),
        ("lots", None),
        (None, None),
    ],
)
def test_sizes_as_the_cli_writes_them(written: object, size: int | None) -> None:
    assert size_in_bytes(written) == size


def test_a_bucket_knows_its_line_and_limits() -> None:
    limits = 'file_size_limit = "5MiB"\nallowed_mime_types = ["a/b"]\n'
    text = f"[api]\n\n[storage.buckets.bids]\npublic = false\n{limits}"
    bucket = project({CONFIG: text}).schema.buckets["bids"]
    assert (bucket.location.line, bucket.public) == (3, False)
    assert (bucket.file_size_limit, bucket.allowed_mime_types) == (5 << 20, ("a/b",))


def test_a_config_that_does_not_parse_leaves_grants_and_buckets_in_doubt() -> None:
    gaps = project({CONFIG: "[api\n"}).schema.gaps_in(Facet.BUCKETS)
    assert [gap.object for gap in gaps] == [f"file:{CONFIG}"]
