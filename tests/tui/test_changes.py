"""The screen that says what changed since the last record."""

from dataclasses import replace

import pytest
from demo import demo_ports
from driving import console, shown

from checklists.errors import RecordError
from checklists.record.staleness.changes import Changes, StaleGroup
from tui.ports import Ports

ITEMS = ("rls-enabled", "float-money")
DIFF = """\
diff --git a/supabase/migrations/2_b.sql b/supabase/migrations/2_b.sql
--- /dev/null
+++ b/supabase/migrations/2_b.sql
@@ -0,0 +1,2 @@
+alter table public.t add column [bold]n[/bold] int;
+-- \x1b]0;title\x07
"""
CHANGES = Changes(
    "3f2a9c1b2c3d/rae-1",
    "3f2a9c1" + "0" * 33,
    (
        StaleGroup(
            "1 file that it rests on changed: 2_b.sql", ("rls-enabled", "float-money"), ("2_b.sql",), DIFF
        ),
    ),
    ("jobs-tidy",),
    76,
)


def ports(changes: Changes | None) -> Ports:
    return replace(demo_ports(), changes=lambda _project: changes)


async def test_stale_items_and_the_diff_that_made_them_so() -> None:
    async with console(ports(CHANGES)) as (app, pilot):
        await pilot.press("v")
        await pilot.pause()
        text = shown(app)
        assert "Since 3f2a9c1b2c3d/rae-1: 2 stale, 1 new, 76 still hold." in text
        assert "2 items: rls-enabled, float-money" in text
        assert "+alter table public.t add column [bold]n[/bold] int;" in text
        assert "+-- ␛]0;title␇" in text
        assert "1 item that it did not answer" in text
        await pilot.press("escape")
        await pilot.pause()
        assert "Since 3f2a9c1b2c3d" not in shown(app)


async def test_nothing_was_sealed_before() -> None:
    async with console(ports(None)) as (app, pilot):
        await pilot.press("v")
        await pilot.pause()
        assert "You have sealed nothing of this repo before" in shown(app)


@pytest.mark.parametrize("known", [True, False])
async def test_a_record_that_is_not_the_reviewers(known: bool) -> None:
    def refused(_project: object) -> Changes | None:
        raise RecordError("Nothing is taken over from x: its key is not known.", "counterseal trust add")

    without = replace(demo_ports(), changes=refused if known else None)
    async with console(without) as (app, pilot):
        await pilot.press("v")
        await pilot.pause()
        assert ("its key is not known" if known else "nothing to compare") in shown(app)
