"""What the review shows: repo text literally, state without colour, findings in groups, evidence."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from demo import DemoSealer, MemoryStore, demo_ports, demo_project, demo_reports
from driving import SMALL, console, shown, type_text, until
from scenes import draft_of
from textual.widgets import OptionList

from checklists.catalogue import items
from checklists.checks.project import Project
from checklists.errors import RepositoryError, SigningError
from checklists.model import Answer, Outcome, Verdict
from checklists.review.declared import declared
from checklists.review.draft import Basis, Context, Previous
from tui.app import ConsoleApp
from tui.glyphs import ASCII
from tui.screens.context import ContextDialog
from tui.screens.dialogs import ReasonDialog, RejectDialog
from tui.screens.help import HelpScreen
from tui.screens.opening import OpeningScreen
from tui.screens.review import ReviewScreen
from tui.screens.seal import SealScreen
from tui.widgets.evidence import Evidence
from tui.widgets.finding_list import FindingList
from tui.widgets.item_page import ItemPage
from tui.widgets.prompt import Words


async def test_markup_links_and_escapes_from_the_repo_are_shown_as_they_are_written() -> None:
    reports = tuple(
        replace(
            report,
            findings=tuple(
                replace(each, message=each.message.replace("deletes", "[bold]deletes[/bold]"))
                for each in report.findings
            ),
        )
        for report in demo_reports()
    )
    async with console(demo_ports(reports=reports), size=(260, 40)) as (app, pilot):
        await pilot.press("slash")
        await type_text(pilot, "action")
        await pilot.press("enter", "enter", "enter")
        await pilot.pause()
        text = shown(app)
        assert "[bold]deletes[/bold] a row" in text
        assert "[bold]not bold[/bold] [@click=app.quit]not a link[/]" in text
        assert "␛]0;not a title␇" in text
        assert "\x1b" not in text
        row = next(y for y, line in enumerate(text.split("\n")) if "not a link" in line)
        column = text.split("\n")[row].index("not a link")
        await pilot.click(offset=(column, row))
        await pilot.pause()
        assert app.is_running
        assert app.return_code is None


async def test_ascii_mode_draws_ascii_alone() -> None:
    for size in ((168, 40), (120, 36), SMALL):
        async with console(demo_ports(), size=size, glyphs=ASCII) as (app, pilot):
            await pilot.press("c")
            await pilot.pause()
            assert shown(app).isascii(), [char for char in shown(app) if not char.isascii()]
            for keys in (
                ["enter", "enter"],
                ["o"],
                ["escape", "question_mark"],
                ["escape", "x"],
                ["escape", "s"],
            ):
                await pilot.press(*keys)
                await pilot.pause()
                assert shown(app).isascii(), (keys, [char for char in shown(app) if not char.isascii()])


async def test_without_colour_the_state_can_still_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with console(demo_ports()) as (app, pilot):
        assert app.no_color
        await pilot.press("c")
        await pilot.pause()
        rows = shown(app).split("\n")
        first = next(row for row in rows if "RLS enabled on all" in row[:40])
        second = next(row for row in rows if "RLS policies tested for each role" in row[:40])
        assert first.startswith(" ✗ ")
        assert re.search(r"✗ +│", first)
        assert second.startswith("▌? ")
        assert re.search(r"· +│", second)


async def test_long_groups_are_folded_to_a_count() -> None:
    async with console(demo_ports(), size=(168, 30)) as (app, pilot):
        await pilot.press("slash")
        await type_text(pilot, "indexes")
        await pilot.press("enter", "enter")
        await pilot.pause()
        assert "foreign_key_unindexed · medium · 41" in shown(app)
        assert "37 more" in shown(app)
        rows = app.screen.query_one(FindingList)
        assert rows.option_count == 6
        await pilot.press("space")
        await pilot.pause()
        assert rows.option_count == 42
        assert rows.entry is not None
        assert rows.entry.object.endswith("bids_ref_1_fkey")
        await pilot.press("j", "j", "end")
        await pilot.pause()
        assert "ref_41" in app.screen.query_one(Evidence).entry.message
        page = app.screen.query_one(ItemPage)
        assert page.scroll_offset.y > 0
        await pilot.press("space")
        await pilot.pause()
        assert rows.option_count == 6


async def test_the_evidence_is_the_place_its_words_and_the_policies_in_force() -> None:
    async with console(demo_ports(), size=(168, 44)) as (app, pilot):
        await pilot.press("slash")
        await type_text(pilot, "using")
        await pilot.press("enter")
        await pilot.pause()
        text = shown(app)
        assert "supabase/migrations/20260311094500_bids.sql  26\N{EN DASH}30" in text
        assert "▶ 26  create policy" in text
        assert "→ alter policy" in text
        assert "3 findings in 2 checks; worst: Policy" in text
        assert " ".join(text.split()).count("worst: Policy") == 1, "the reason is said once"
        assert "EFFECTIVE POLICY  public.bid_documents · RLS on" in text
        assert "anon, authenticated   true  ← Enable read access" in text
        assert "INSERT" in text
        await pilot.press("enter", "j")
        await pilot.pause()
        assert 'Policy "Enable update for users"' in shown(app)
        assert "permissive-policies" in app.review.opened


async def test_on_a_small_terminal_the_evidence_takes_turns_with_the_item() -> None:
    async with console(demo_ports(), size=SMALL) as (app, pilot):
        first = app.review.items[0]
        evidence = app.screen.query_one(Evidence)
        assert not evidence.display
        assert first not in app.review.opened
        await pilot.press("enter", "enter")
        await pilot.pause()
        assert evidence.has_focus
        assert "create table public.bids" in shown(app)
        assert first in app.review.opened
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert "SECURITY CHECKLIST" in shown(app)
        await pilot.press("tab", "tab", "tab")
        await pilot.pause()
        assert app.screen.query_one("#items", OptionList).has_focus


async def test_help_lists_the_keys_of_every_pane() -> None:
    async with console(demo_ports(), size=(120, 80)) as (app, pilot):
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        text = shown(app)
        for words in (
            "Confirm the suggestion",
            "Undo the last answer",
            "Fold or unfold",
            "Open the place in $EDITOR",
        ):
            assert words in text
        assert "undetermined: it needs you" in text
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app.screen, HelpScreen)


async def test_the_footer_of_a_small_terminal_leads_to_the_evidence_and_the_page() -> None:
    async with console(demo_ports(), size=SMALL) as (app, pilot):
        for key, words in ((None, "Enter findings"), ("enter", "Enter evidence"), ("enter", "Esc back")):
            await pilot.press(*([key] if key else []))
            await until(pilot, lambda words=words: words in shown(app).split("\n")[-1])
            footer = shown(app).split("\n")[-1]
            assert footer.startswith(" c confirm ")
            assert "x explain" in footer
            assert footer.endswith("? help"), "every key that is shown has room"
        assert app.screen.query_one(Evidence).has_focus
        await pilot.press("question_mark")
        await until(pilot, lambda: "Into the findings, then the evidence" in shown(app))


async def test_a_remedy_is_shown_whole_before_the_evidence_is_gone_into() -> None:
    remedy = "revoke all on function public.first_one() from public; " * 4 + "then grant what is left."
    reports = tuple(
        replace(report, findings=tuple(replace(each, remedy=remedy) for each in report.findings))
        for report in demo_reports()
    )
    async with console(demo_ports(reports=reports)) as (app, pilot):
        assert not app.screen.query_one(Evidence).has_focus
        await until(pilot, lambda: "create table public.bids" in shown(app))
        beside = " ".join(" ".join(row.rpartition("│")[2] for row in shown(app).split("\n")).split())
        assert remedy in beside


async def test_code_in_a_checks_page_wraps_within_the_sheet() -> None:
    code = (
        "create policy readers on public.bids for select to authenticated using (is_member(team_id, 'END'));"
    )
    ports = replace(demo_ports(), page=lambda check: f"# {check}\n\n```sql\n{code}\n```\n")
    async with console(ports, size=SMALL) as (app, pilot):
        await pilot.press("x")
        await until(pilot, lambda: "'END'));" in shown(app))


async def test_keys_can_be_bound_otherwise_and_help_says_so() -> None:
    app = ConsoleApp(demo_ports(), keymap={"confirm": "ctrl+y"})
    async with app.run_test(size=(120, 60)) as pilot:
        await until(pilot, lambda: app.answerable)
        await pilot.press("c")
        await pilot.pause()
        assert not app.review.answers
        await pilot.press("ctrl+y")
        await pilot.pause()
        assert len(app.review.answers) == 1
        await pilot.press("question_mark")
        await pilot.pause()
        assert "ctrl+y" in shown(app)


async def test_explain_shows_the_page_of_the_check() -> None:
    async with console(demo_ports()) as (app, pilot):
        await pilot.press("x")
        await until(pilot, lambda: "The page of this check." in shown(app))
        assert "rls_disabled" in shown(app)
        await pilot.press("escape")
        await pilot.pause()
        assert "SECURITY CHECKLIST" in shown(app)


async def test_copy_sends_the_place() -> None:
    async with console(demo_ports()) as (app, pilot):
        await pilot.press("y")
        await until(pilot, lambda: "Copied" in shown(app))
        assert app.clipboard == "supabase/migrations/20260311094500_bids.sql:2"


async def test_a_repo_that_cannot_be_read_says_why_and_what_to_do() -> None:
    def load(_tell: object) -> None:
        raise RepositoryError("/srv/x is not in a git repo.", "Run it in the folder of a repo.")

    app = ConsoleApp(replace(demo_ports(), load=load))
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "not in a git repo" in shown(app))
        assert "→ Run it in the folder of a repo." in shown(app)
        assert isinstance(app.screen, OpeningScreen)
        await pilot.press("q")
    assert app.return_value == 2
    assert app.fault is not None
    assert app.fault.hint == "Run it in the folder of a repo."


async def test_a_fault_of_ours_is_told_as_such_and_not_a_traceback() -> None:
    def check(_project: object) -> object:
        yield demo_reports()[0]
        raise ZeroDivisionError("by zero")

    app = ConsoleApp(replace(demo_ports(), check=check))
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await until(pilot, lambda: app.fault is not None and "ZeroDivisionError" in shown(app))
        await pilot.press("c", "q")
    assert app.return_value == 2


async def test_an_answer_whose_ground_changed_is_shown_as_reopened() -> None:
    draft = draft_of(left_open=("rls-enabled",), current="rls-enabled")
    before = Previous(Answer(Outcome.PASS, Verdict.PASS), Basis(Verdict.PASS), "0" * 40)
    async with console(demo_ports(MemoryStore(replace(draft, previous={"rls-enabled": before})))) as (
        app,
        pilot,
    ):
        await pilot.pause()
        text = shown(app)
        assert "1 reopened" in text
        assert "≠ reopened  you had answered pass; since then" in text
        assert re.search(r"≠ +│", next(row for row in text.split("\n") if "RLS enabled on all" in row[:40]))


async def test_a_file_that_is_not_text_says_so() -> None:
    project = demo_project()
    bare = replace(project, snapshot=replace(project.snapshot, files={}))
    async with console(replace(demo_ports(), load=lambda _tell: bare)) as (app, _pilot):
        assert "cannot be shown" in shown(app)


async def test_sealing_from_open_items_to_the_record() -> None:
    store = MemoryStore(draft_of(left_open=("float-money",), current="rls-enabled"))
    async with console(demo_ports(store)) as (app, pilot):
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, SealScreen))
        assert "Not ready to seal: 1 open" in shown(app)
        await pilot.press("a", "ctrl+s")
        await pilot.pause()
        assert "SEALED" not in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: app.review.current == "float-money")
        await pilot.press("c", "s")
        await until(pilot, lambda: isinstance(app.screen, SealScreen))
        assert "until 2027-01-31" in shown(app)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "Choose a verdict first" in shown(app)
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, RejectDialog))
        await pilot.press("enter")
        await until(pilot, lambda: "A rejection needs a reason." in shown(app))
        await type_text(pilot, "a mar")  # keys of the screen behind it, were they not words
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SealScreen))
        assert "I, Robin Reviewer" in shown(app)
        assert "# Review of `3f2a9c100000`: rejected" in shown(app)
        assert "**Reason:** a mar" in shown(app)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "SEALED" in shown(app)
        assert "robin-1.toml" in shown(app)
        assert "YOUR LINE FOR A SIGNERS FILE" in shown(app)
        await pilot.press("escape")
        await pilot.pause()
        assert f"{len(items())} of {len(items())} decided" in shown(app)


async def test_on_a_small_terminal_the_seal_is_seen_and_the_review_says_it() -> None:
    sealer = DemoSealer()
    ports = replace(demo_ports(MemoryStore(draft_of())), sealer=lambda _project: sealer)
    async with console(ports, size=SMALL) as (app, pilot):
        await pilot.press("s", "m")
        await until(pilot, lambda: "Ctrl+S confirms, signs" in shown(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "✓ SEALED" in shown(app) and "robin-1.toml" in shown(app))
        sealer.already = Path(".counterseal/reviews/3f2a9c100000/robin-1.toml")
        await pilot.press("escape")
        await until(pilot, lambda: f"{len(items())}/{len(items())} sealed" in shown(app))
        assert "Sealed: robin-1.toml" in " ".join(shown(app).split())
        await pilot.press("s")
        await until(pilot, lambda: "robin-1.toml is of this commit already" in shown(app))
        await pilot.press("escape")
        app.review = replace(app.review, answers={})
        await until(pilot, lambda: f"0/{len(items())} decided" in shown(app))


async def test_approving_what_fails_asks_why_and_the_record_says_it() -> None:
    async with console(demo_ports(MemoryStore(draft_of()))) as (app, pilot):
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, SealScreen))
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, ReasonDialog))
        assert "although 5 items failed" in shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: "An approval of what fails needs a reason." in shown(app))
        await type_text(pilot, "Hotfix, mended next week")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SealScreen))
        said = app.screen._said(app.screen._sealer)
        assert "I approve it although 5 items fail: Hotfix, mended next week" in said
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "SEALED" in shown(app))


async def test_an_approval_that_is_left_without_a_reason_is_none() -> None:
    async with console(demo_ports(MemoryStore(draft_of()))) as (app, pilot):
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, SealScreen))
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, ReasonDialog))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, SealScreen))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Choose a verdict first" in shown(app))


async def test_a_missing_key_is_told_beside_the_open_items_and_looked_for_again() -> None:
    keys = [SigningError("There is no key to sign with.", "Make one: ssh-keygen")]

    def sealer(_project: object) -> DemoSealer:
        made = DemoSealer()
        made.missing = keys[0] if keys else None
        return made

    store = MemoryStore(draft_of(left_open=("float-money",), current="float-money"))
    async with console(replace(demo_ports(store), sealer=sealer)) as (app, pilot):
        await pilot.press("s")
        await until(pilot, lambda: "OPEN ITEMS" in shown(app))
        assert "FLOAT or DOUBLE for monetary values" in shown(app)
        assert "✗ There is no key to sign with." in shown(app)
        assert "git config user.signingkey" in shown(app)
        await pilot.press("escape", "c", "s")
        await until(pilot, lambda: "VERDICT" in shown(app))
        await pilot.press("m", "ctrl+s")
        await until(pilot, lambda: app.screen.fault == "There is no key to sign with. Make one: ssh-keygen")
        assert "SEALED" not in shown(app)
        assert "# Review of `3f2a9c100000`: commented on" in shown(app)  # the page, as it would be signed
        assert "YOU CONFIRM" in shown(app)
        keys.clear()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen.fault == "There is a key now: Ctrl+S signs with it.")
        assert "SEALED" not in shown(app)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "SEALED" in shown(app))


async def test_the_context_is_asked_in_a_dialog_and_kept() -> None:
    store = MemoryStore(draft_of(left_open=("float-money",)))
    async with console(demo_ports(store), size=SMALL) as (app, pilot):
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, ContextDialog))
        assert "Tenders, bids and their documents." in shown(app)
        await pilot.press(*["enter"] * 4)
        await type_text(pilot, "GDPR")
        await pilot.press(*["enter"] * 4)
        await until(pilot, lambda: not isinstance(app.screen, ContextDialog))
        assert store.draft.context.compliance == "GDPR"
        assert store.draft.context.scale == "40 buyers"
        await pilot.press("i")
        await type_text(pilot, "x")
        await pilot.press("escape")
        await pilot.pause()
        assert store.draft.context.entities == "Tenders, bids and their documents."


async def test_themes_follow_each_other_and_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERSEAL_THEME", "light")
    async with console(demo_ports()) as (app, pilot):
        assert app.theme == "counterseal-light"
        await pilot.press("T")
        await pilot.pause()
        assert app.theme == "counterseal-safe"
        await pilot.press("T")
        await pilot.pause()
        assert app.theme == "counterseal-dark"
    monkeypatch.setenv("COUNTERSEAL_THEME", "no such")
    assert ConsoleApp(demo_ports()).theme == "counterseal-dark"


async def test_the_mouse_alone_reaches_items_findings_and_evidence() -> None:
    async with console(demo_ports()) as (app, pilot):
        rows = shown(app).split("\n")
        await pilot.click(offset=(6, next(y for y, row in enumerate(rows) if "ANTI-PATTERNS" in row)))
        await until(pilot, lambda: "RLS disabled or" in shown(app))
        rows = shown(app).split("\n")
        await pilot.click(offset=(6, next(y for y, row in enumerate(rows) if "Service role key" in row)))
        await until(pilot, lambda: app.review.current == "service-role-in-client")
        await pilot.click(offset=(6, next(y for y, row in enumerate(rows) if "RLS disabled or" in row[:50])))
        await until(pilot, lambda: app.review.current == "permissive-policies")
        rows = shown(app).split("\n")
        await pilot.click(
            offset=(60, next(y for y, row in enumerate(rows) if "Enable delete for users" in row))
        )
        await until(pilot, lambda: "26\N{EN DASH}30" in shown(app))
        await pilot.click(offset=(3, app.size.height - 1))
        await until(pilot, lambda: "permissive-policies" in app.review.answers)


async def test_a_new_review_offers_the_context_and_takes_no_key_meant_for_the_review() -> None:
    begun = Context("Tenders and bids.")
    async with console(replace(demo_ports(), prefilled=lambda _project: begun)) as (app, pilot):
        await until(pilot, lambda: "i asks what only people know" in " ".join(shown(app).split()))
        assert isinstance(app.screen, ReviewScreen)
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape", "i")
        await until(pilot, lambda: "Read from the code; change what is wrong." in shown(app))
        assert "Tenders and bids." in shown(app)
        await pilot.press("ctrl+s", "i")
        await until(pilot, lambda: isinstance(app.screen, ContextDialog))
        assert "Tenders and bids." in shown(app)
        assert "Read from the code" not in shown(app), "a person has seen it since"


async def test_a_new_review_asks_for_the_context_and_checks_again_by_what_is_declared() -> None:
    store = MemoryStore()
    begun = Context("Tenders and bids.", compliance="GDPR")
    runs: list[tuple[str, ...]] = []

    def check(project: Project) -> object:
        runs.append(project.facts.public_tables)
        return iter(demo_reports())

    ports = replace(demo_ports(store), prefilled=lambda _project: begun, declared=declared, check=check)
    async with console(ports, size=SMALL) as (app, pilot):
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, ContextDialog))
        assert "Tenders and bids." in shown(app)
        app.screen.query_one("#expected_rows", Words).text = "many"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "is not a table and a number of rows" in shown(app))
        app.screen.query_one("#expected_rows", Words).text = ""
        app.screen.query_one("#public_tables", Words).text = "bids"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: len(runs) == 2 and app.answerable)
        assert runs == [(), ("public.bids",)]
        assert store.draft.context == replace(begun, public_tables="bids")
        await pilot.press("c")
        await pilot.pause()
        assert app.review.answers
    async with console(ports) as (app, _pilot):
        assert not isinstance(app.screen, ContextDialog)
        assert runs[2:] == [("public.bids",)]
