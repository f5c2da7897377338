"""Objects that a block names which the migrations leave undecided."""

import pytest
from builders import check, migrations

from checklists.model import Status

MADE = "create table public.bids (id uuid primary key); create table public.asks (id uuid primary key);"
BLOCK = """do $$ declare known regclass; begin
  known := 'public.{}'::regclass;
  execute 'alter table public.bids enable row level security';
end $$;"""


@pytest.mark.parametrize(
    ("other", "flagged"),
    [("made_elsewhere", {"table:public.asks"}), ("asks", {"table:public.asks"})],
)
def test_what_a_refused_block_names_is_not_flagged(other: str, flagged: set[str]) -> None:
    seen = check("rls_disabled", migrations(MADE, BLOCK.format(other)))
    assert {finding.object for finding in seen.findings} == flagged
    told = [gap for gap in seen.gaps if gap.object == "table:public.bids"]
    assert bool(told) is (other == "made_elsewhere")
    assert all("a block that may have run names it" in gap.because for gap in told)


def test_a_report_of_nothing_else_is_undetermined() -> None:
    sql = "create table public.bids (id uuid primary key);"
    assert check("rls_disabled", migrations(sql, BLOCK.format("gone"))).status is Status.UNDETERMINED
