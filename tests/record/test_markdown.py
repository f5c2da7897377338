"""The page: verdict and open problems, eight sections, and commands that verify the record by themselves."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from gitrepos import commit, git, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from sealing import EMAIL, MIGRATIONS, Bench, read_project, run_bash

from checklists.catalogue import load
from checklists.model import Answer, Aside, Outcome, Severity, Triage, Verdict
from checklists.record.export import export
from checklists.record.formats.html import as_html
from checklists.record.markdown import LIMIT, markdown
from checklists.record.model import Decision, Record
from checklists.record.sections import TITLES
from checklists.sql.build import build_schema

RENDER = MarkdownIt("gfm-like", {"html": True, "linkify": True})
ITEM = "RLS enabled on all public tables"
TIMES, DASH = "\N{MULTIPLICATION SIGN}", "\N{EN DASH}"
NASTY = "<img src=x> @octocat #1 [a](http://x.test) | `` ` \u202e\n\n# Heading\n- list\n</details>"
WAIVED = Answer(Outcome.WAIVED, Verdict.FAIL, reason=NASTY, expires=date(2026, 5, 1))
OVERRIDDEN = Answer(Outcome.PASS, Verdict.FAIL, note=NASTY)
SCHEMA_SQL = """
create table public.tenders (id uuid primary key, title text check (title <> ''));
alter table public.tenders enable row level security;
create policy "anyone | reads" on public.tenders for select to anon using (true);
create policy "own <rows>" on public.tenders for update to authenticated using (id = auth.uid());
create policy narrow on public.tenders as restrictive for update to authenticated using (title <> 'x');
create table public.open_house (id bigint);
"""


def headings(page: str) -> list[str]:
    tokens = RENDER.parse(page)
    return [after.content for token, after in pairwise(tokens) if token.type == "heading_open"]


def kinds(page: str) -> set[str]:
    tokens = RENDER.parse(page)
    return {child.type for token in tokens for child in (token, *(token.children or ()))}


def test_the_eight_sections_in_order_after_verdict_and_problems(bench: Bench) -> None:
    page = bench.prepared({"rls-enabled": WAIVED, "permissive-policies": OVERRIDDEN}, Decision.REJECT).page
    found = headings(page)
    assert found[0].endswith(": rejected")
    assert [text for text in found if text[0].isdigit()] == [f"{n} {t}" for n, t in enumerate(TITLES, 1)]
    assert found[-1] == "Verify"
    first = page.index("## 1 Context")
    assert page.index("**Open problems:** 0 failing, 1 waived, 1 passed although flagged, ") < first
    assert page.index("until 2026-05-01") < first


def test_what_nobody_looked_at_is_said(bench: Bench) -> None:
    page = bench.prepared().page
    parts = re.split(r"^## \d ", page, flags=re.MULTILINE)[1:]
    assert "- Not stated: entities, access patterns, scale" in parts[0]
    assert "No query that searches a table of the migrations was found." in parts[4]
    assert "Not looked at here" not in page, "the item `plans-known` has an answer"
    assert "(`plans-known`, " in parts[4]
    assert "No SQL test: nothing in the repo tries the policies" in parts[7]
    assert "No migration was run on a database" in parts[7]
    alone = re.split(r"^## \d ", markdown(bench.prepared().record, b""), flags=re.MULTILINE)[1:]
    for part in alone[1:4]:
        assert "the page was made from the record alone" in part


def test_one_finding_behind_two_items_is_one_open_problem(bench: Bench) -> None:
    failed = Answer(Outcome.FAIL, Verdict.FAIL)
    page = bench.prepared({"rls-enabled": failed, "permissive-policies": failed}).page
    head = page.split("## 1 ")[0]
    assert head.count("- ✗ **fail**") == 1
    assert "(as well `permissive-policies`)" in head or "(as well `rls-enabled`)" in head
    assert "**Open problems:** 2 failing" in head


def test_each_failing_item_is_told_once_at_length(bench: Bench) -> None:
    note = "Handled at the gateway until the move, " + "which the platform team has planned for May. " * 4
    page = bench.prepared({"rls-enabled": replace(OVERRIDDEN, note=note)}).page
    head = page.split("## 1 ")[0]
    said = f"- ✓ **pass** · {ITEM} — 1 {TIMES} `rls_off` (`rls-enabled`, blocker): Handled at the gateway"
    assert said in head
    assert note.strip() not in head
    assert page.count(note.strip()) == 1
    assert page.count("Table `public.tenders` has no RLS.") == 3  # in the head, and under its two items
    section = page.split("## 5 Performance")[1].split("## 6 ")[0]
    (line,) = [line for line in section.splitlines() if "n-plus-one" in line]
    assert line.startswith(
        "- See as well: `n-plus-one` ✓ **pass** (section 6), `select-star` ✓ **pass** (section 6), "
        "`missing-indexes` ✓ **pass** (section 6), `policies-cheap` ✓ **pass** (section 3)"
    )


def test_files_that_could_not_be_read_are_named_on_one_line(bench: Bench) -> None:
    write(bench.repo, {"app/old.ts": b"const name = 'caf\xe9'\n"})
    commit(bench.repo)
    context = bench.prepared().page.split("## 1 Context")[1].split("## 2 ")[0]
    assert "- 1 file could not be read: `app/old.ts` is not UTF-8 (byte 18)\n" in context


PLACES = {
    "schema": "2 Schema", "rls": "3 RLS policies", "edge_functions": "4 API", "server_actions": "4 API",
    "performance": "5 Performance", "delivery": "7 Implementation plan",
}  # fmt: skip


def test_query_plans_that_nobody_knows_are_told(bench: Bench) -> None:
    record = bench.prepared({"plans-known": WAIVED}).record
    for each in (record, replace(record, item=tuple(i for i in record.item if i.id != "plans-known"))):
        section = markdown(each, b"").split("## 5 Performance")[1].split("## 6 ")[0]
        assert "- Not looked at here: query plans" in section


def test_every_item_stands_with_answer_suggestion_and_words(bench: Bench) -> None:
    prepared = bench.prepared({"rls-enabled": OVERRIDDEN})
    security = prepared.page.split("## 6 Security")[1].split("## 7 ")[0]
    parts = re.split(r"^## (?=\d )", prepared.page, flags=re.MULTILINE)[1:]
    for item in prepared.record.item:
        (place,) = [part for part in parts if f"(`{item.id}`, {item.severity.value};" in part]
        section = next(s.id for s in load() for asked in s.items if asked.id == item.id)
        assert place.splitlines()[0] == PLACES.get(section, "6 Security")
    assert "### Security checklist" in security
    assert "### Anti-patterns to flag" in security
    assert "suggested: fail" in security
    assert "Table `public.tenders` has no RLS." in security
    assert "`supabase/migrations/20240101000000_init.sql:1`" in security


def test_nothing_written_by_others_is_interpreted(bench: Bench) -> None:
    write(
        bench.repo,
        {
            "app/<script>@octocat|`.ts": "export {}\n",
            "supabase/migrations/20250101000000_[x](y).sql": "select 1;\n",
        },
    )
    commit(bench.repo)
    prepared = bench.prepared({"rls-enabled": WAIVED, "permissive-policies": OVERRIDDEN})
    record = replace(prepared.record, name=NASTY, statement=f"I, {NASTY}, approve.")
    page = markdown(record, b"", bench.project)
    assert not kinds(page) & {"html_inline", "html_block", "link_open", "image", "blockquote_open"}
    assert headings(page)[1:-1] == headings(prepared.page)[1:-1]
    assert "\u202e" not in page


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    note=st.text(max_size=200),
    repeat=st.integers(1, 2000),
    findings=st.integers(0, 400),
    path=st.text(max_size=80),
)
def test_a_page_stays_within_what_is_shown_as_markdown(
    bench: Bench, note: str, repeat: int, findings: int, path: str
) -> None:
    record = _record(bench)
    long = (note * repeat)[:30_000]
    grown = replace(
        record,
        item=tuple(replace(item, note=long, because=long) for item in record.item),
        finding=tuple(
            replace(record.finding[0], id=f"{n}", path=path, message=long) for n in range(findings)
        ),
        migration=tuple(replace(record.migration[0], order=n, path=f"{path}{n}") for n in range(findings)),
    )
    page = markdown(grown, b"")
    assert len(page.encode()) < LIMIT
    assert [text for text in headings(page) if text[0].isdigit()] in (
        [],
        [f"{n} {t}" for n, t in enumerate(TITLES, 1)],
    )
    if page.count("  - blocker: ") < 2 * findings:  # it informs two items
        assert re.search(r"(?:and |: )\d+ more", page) or "do not fit" in page


_RECORDS: dict[str, object] = {}


def _record(bench: Bench):  # type: ignore[no-untyped-def]
    if "record" not in _RECORDS:
        _RECORDS["record"] = bench.prepared().record
    return _RECORDS["record"]


def test_extensions_that_the_platform_brings_are_not_counted(bench: Bench) -> None:
    path = next(iter(bench.project.snapshot.files))
    schema = build_schema([(path, "create extension vector with schema extensions;")])
    assert len(schema.extensions) > 1
    page = markdown(bench.prepared().record, b"", replace(bench.project, schema=schema))
    needs = page.split("Infrastructure that has to be there:")[1]
    assert needs.split("- Items")[0].count("| extensions | `vector` |") == 1
    assert "extensions" not in needs.replace("| extensions | `vector` |", "")


def test_the_matrix_says_what_each_role_may_do(bench: Bench) -> None:
    snapshot = bench.project.snapshot
    path, file = next(iter(snapshot.files.items()))
    schema = build_schema(
        [(path, replace(file, text=SCHEMA_SQL, data=SCHEMA_SQL.encode()))], exposed_schemas=("public",)
    )
    page = markdown(bench.prepared().record, b"", replace(bench.project, schema=schema))
    section = page.split("## 3 RLS policies")[1].split("## 4 ")[0]
    assert "| `public.tenders` | anon | `anyone \\| reads` | no policy | no policy | no policy |" in section
    assert (
        "| `public.tenders` | authenticated | no policy | no policy | `own <rows>`, narrowed by 1 |"
        in section
    )
    assert "| `public.open_house` | anon | **open** | **open** | **open** | **open** |" in section
    assert "| `public.tenders` | 2 | `id` | 0 | 1 | 1 |" in page.split("## 2 Schema")[1]
    assert "| `public.open_house` | 1 | **none** |" in page


VISITED_SQL = """
create table public.notes (id uuid primary key, owner uuid, shared boolean);
alter table public.notes enable row level security;
create policy "all of one's own" on public.notes using (owner = (select auth.uid()));
create policy shared on public.notes for select using (shared);
create table public.logs (id uuid primary key, owner uuid);
alter table public.logs enable row level security;
create policy any_log on public.logs using (true) with check (owner = auth.uid());
create policy known on public.logs as restrictive for delete using (auth.uid() is not null);
create table public.shut (id uuid primary key);
alter table public.shut enable row level security;
create policy nobody on public.shut using (false);
create policy helped on public.shut for insert with check (public.may_write(id));
"""


def test_a_policy_that_compares_with_the_callers_id_admits_no_row_to_visitors(bench: Bench) -> None:
    path, file = next(iter(bench.project.snapshot.files.items()))
    schema = build_schema(
        [(path, replace(file, text=VISITED_SQL, data=VISITED_SQL.encode()))], exposed_schemas=("public",)
    )
    page = markdown(bench.prepared().record, b"", replace(bench.project, schema=schema))
    own = "`all of one's own`"
    for row in (
        "| `public.notes` | anon | `shared` | no row | no row | no row |",
        f"| `public.notes` | authenticated | `all of one's own, shared` | {own} | {own} | {own} |",
        "| `public.logs` | anon | `any_log` | no row | no row | no row |",
        "| `public.logs` | authenticated | `any_log` | `any_log` | `any_log` | `any_log`, narrowed by 1 |",
        "| `public.shut` | anon | no row | `helped` | no row | no row |",
        "| `public.shut` | authenticated | no row | `helped` | no row | no row |",
    ):
        assert row in page
    assert "*No row*: there are policies" in page


def _weighed(bench: Bench, *severities: Severity, **changes: object) -> Record:
    """A record whose one item `rls-enabled`, of severity blocker, fails on such findings."""
    record = bench.prepared({"rls-enabled": OVERRIDDEN}).record
    findings = tuple(
        replace(record.finding[0], id=f"{n}", check="definer_function_anon", severity=each, **changes)  # type: ignore[arg-type]
        for n, each in enumerate(severities)
    )
    return replace(record, finding=findings)


HEADING = "Visitors may call a SECURITY DEFINER function"


def test_what_failed_stands_right_after_the_title(bench: Bench) -> None:
    page = markdown(_weighed(bench, Severity.BLOCKER, Severity.BLOCKER), b"")
    head, rest = page.split("## 1 ")
    assert f"{ITEM} — 2 {TIMES} {HEADING} (`rls-enabled`, blocker): " in head
    assert f"{ITEM} — 2 {TIMES} {HEADING} (`rls-enabled`, blocker; suggested: fail)\n" in rest


def test_the_two_worst_kinds_are_named_and_the_rest_counted(bench: Bench) -> None:
    record = _weighed(bench, Severity.BLOCKER, *[Severity.HIGH] * 4)
    checks = ("definer_function_anon", "rls_disabled", "rls_disabled", "team/x", "team/x")
    named = tuple(replace(each, check=check) for each, check in zip(record.finding, checks, strict=True))
    page = markdown(replace(record, finding=named), b"")
    assert f"{ITEM} — 1 {TIMES} {HEADING}, 2 {TIMES} Row Level Security is off and 2 more findings (" in page


def test_what_a_check_found_at_its_worst_is_not_counted_with_the_rest(bench: Bench) -> None:
    page = markdown(_weighed(bench, Severity.BLOCKER, Severity.BLOCKER, Severity.LOW), b"")
    assert f"{ITEM} — 2 {TIMES} {HEADING} and 1 more finding (" in page


@pytest.mark.parametrize(
    ("severities", "said"),
    [
        ((Severity.LOW, Severity.LOW), "on low findings only"),
        ((Severity.MEDIUM, Severity.LOW), "on medium findings at most"),
        ((Severity.MEDIUM, Severity.INFO), "on medium findings only"),
    ],
)
def test_findings_that_are_not_as_bad_as_the_item_are_said(
    bench: Bench, severities: tuple[Severity, ...], said: str
) -> None:
    page = markdown(_weighed(bench, *severities), b"")
    assert f"(`rls-enabled`, blocker, {said}): " in page
    assert f"(`rls-enabled`, blocker; suggested: fail, {said})" in page


@pytest.mark.parametrize(
    "changes",
    [
        {"ruling": "suppressed: They are public", "aside": Aside.SUPPRESSED},
        {"ruling": "in the baseline", "aside": Aside.BASELINED},
        {"triage": Triage.FALSE_POSITIVE},
    ],
)
def test_what_was_set_aside_is_no_reason(bench: Bench, changes: dict[str, object]) -> None:
    page = markdown(_weighed(bench, Severity.LOW, **changes), b"")
    assert f"{ITEM} (`rls-enabled`, blocker; suggested: fail)" in page


def test_what_is_waived_stands_by_its_title(bench: Bench) -> None:
    record = bench.prepared({"rls-enabled": WAIVED}).record
    line = f"- ~ **waived** until 2026-05-01, accepted risk · {ITEM} — 1 {TIMES} `rls_off` "
    assert f"{line}(`rls-enabled`, blocker): " in markdown(record, b"")
    of_finding = replace(record.waiver[0], item="", finding=record.finding[0].id)
    page = markdown(replace(record, waiver=(of_finding,)), b"")
    sure = markdown(replace(record, waiver=(of_finding,), item=record.item[:1]), b"")
    assert "accepted risk · a finding of blocker weight: Table `public.tenders` has no RLS. (`" in page
    assert "0 passed although flagged, 0 passed although undetermined; 1 finding accepted for a time." in sure


def test_why_an_item_is_waived_stands_beside_it(bench: Bench) -> None:
    record = bench.prepared({"rls-enabled": WAIVED}).record
    calm = replace(record, waiver=(replace(record.waiver[0], reason="Shut by May."),))
    (item,) = (part for part in markdown(calm, b"").split("\n- ") if "suggested: fail" in part)
    assert "\n  - Waived until 2026-05-01, accepted risk: Shut by May.\n" in item
    other = replace(calm, waiver=(replace(calm.waiver[0], approved_by="lead@example.org"),))
    assert ", accepted risk: Shut by May. (approved by `lead@example.org`)\n" in markdown(other, b"")


@pytest.mark.parametrize("render", [str, as_html])
def test_what_was_passed_although_undetermined_is_counted_first(
    bench: Bench, render: Callable[[str], str]
) -> None:
    record = bench.prepared({"rls-enabled": WAIVED}).record
    unsure = [item for item in record.item if item.suggestion is Verdict.UNDETERMINED]
    blockers = [item.id for item in unsure if item.severity is Severity.BLOCKER]
    assert len(blockers) > 1
    for items, waivers in ((record.item, record.waiver), (tuple(unsure), ())):
        page = markdown(replace(record, item=items, waiver=waivers), b"")
        whole = re.sub(r"</?code>", "`", render(page))
        head = whole.split("1 Context</h2>" if render is as_html else "## 1 ")[0]
        assert f"{len(unsure)} passed although undetermined." in head
        assert f"Blockers passed although undetermined: `{'`, `'.join(blockers)}`" in head


def test_the_worst_of_what_is_waived_stands_first(bench: Bench) -> None:
    record = bench.prepared({"rls-enabled": WAIVED}).record
    low = replace(record.waiver[0], item="select-star", expires=date(2026, 4, 1))
    page = markdown(replace(record, waiver=(low, *record.waiver)), b"")
    assert page.index("(`rls-enabled`, blocker)") < page.index("(`select-star`, low)") < page.index("## 1 ")


def test_why_a_finding_is_false_stands_beside_it(bench: Bench) -> None:
    record = bench.prepared({"rls-enabled": WAIVED}).record
    said = replace(record.finding[0], triage=Triage.FALSE_POSITIVE, reason="A *view* alone.")
    page = markdown(replace(record, finding=(said,)), b"")
    assert "init.sql:1` → false positive: A `*view*` alone.\n" in page


def test_an_undecided_object_keeps_its_blanks(bench: Bench) -> None:
    record = bench.prepared({"rls-enabled": WAIVED}).record
    gaps = ("policy:public.notes/Enable read for all: who reads it is not known", "no object at all")
    page = markdown(replace(record, item=(replace(record.item[0], undecided=gaps),)), b"")
    assert "- Undecided: `policy:public.notes/Enable read for all`: who reads it is not known\n" in page
    assert "- Undecided: no object at all\n" in page


def test_an_item_that_does_not_apply_is_no_list_in_a_list(bench: Bench) -> None:
    record = bench.prepared({"rls-enabled": WAIVED}).record
    page = markdown(replace(record, item=(replace(record.item[0], answer=Outcome.NOT_APPLICABLE),)), b"")
    assert f"\n- {DASH} **not applicable** · {ITEM}" in page


def test_a_page_that_was_cut_says_so_first(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    record = bench.prepared({"rls-enabled": WAIVED}).record
    many = replace(record, waiver=record.waiver * 400)
    whole = markdown(many, b"")
    assert "**Cut:**" not in whole
    monkeypatch.setattr("checklists.record.markdown.LIMIT", len(whole.encode()) // 2)
    page = markdown(many, b"")
    assert "- … and 300 more, all in the record" in page
    assert page.index("**Cut:** all of it does not fit a page.") < page.index("## 1 Context")


def commands(page: str) -> str:
    return page.split("```bash\n")[1].split("```", maxsplit=1)[0]


def test_the_printed_commands_verify_the_record(bench: Bench) -> None:
    sealed = bench.sealed()
    script = commands(sealed.page.read_text("utf-8"))
    done = run_bash(script, sealed.page.parent, SIGNERS=str(bench.signers))
    assert done.returncode == 0, done.stderr + script
    assert f'Good "counterseal-review" signature for {EMAIL}' in done.stdout


def test_they_find_the_signers_that_the_users_git_trusts(bench: Bench) -> None:
    sealed = bench.sealed()
    script = commands(sealed.page.read_text("utf-8"))
    assert run_bash(script, sealed.page.parent).returncode != 0
    run_bash(f"git config --global gpg.ssh.allowedSignersFile {bench.signers}", bench.repo)
    assert run_bash(script, sealed.page.parent).returncode == 0


def test_they_work_away_from_the_repo(bench: Bench, tmp_path: Path) -> None:
    copies = export(bench.sealed().record, tmp_path / "out")
    script = commands(copies[2].read_text("utf-8"))
    variables = {"SIGNERS": str(bench.signers)}
    assert run_bash(script, tmp_path / "out", **variables).returncode != 0
    assert run_bash(script, tmp_path / "out", REPO=str(bench.repo), **variables).returncode == 0


FIRST, SECOND = MIGRATIONS
HOLDING = (
    "ok      signature", "ok      record", "ok      page", "ok      scope of the commit",
    "ok      scope of what is checked out", f"ok      migration {FIRST}", f"ok      migration {SECOND}",
)  # fmt: skip


def told(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The facts that the commands name, without what is printed below each."""
    return [line for line in done.stdout.splitlines() if not line.startswith("        ")]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("nothing", []),
        ("record", ["signature", "record"]),
        ("signature", ["signature"]),
        ("signers", ["signature"]),
        ("page", ["page"]),
        ("migration", [f"migration {SECOND}"]),
        ("committed", ["scope of what is checked out", f"migration {SECOND}"]),
        ("added", ["scope of what is checked out"]),
    ],
)
def test_they_name_what_fails_and_what_holds(
    bench: Bench, change: str, named: list[str], tmp_path: Path
) -> None:
    sealed = bench.sealed()
    script = commands(sealed.page.read_text("utf-8"))
    (tmp_path / "nobody").write_text("")
    if change in ("record", "page"):
        file = sealed.record if change == "record" else sealed.page
        file.write_bytes(file.read_bytes().replace(b"approve", b"reject!", 1))
    elif change == "signature":
        sealed.signature.write_bytes(sealed.signature.read_bytes().replace(b"\nU1NI", b"\nU1NJ"))
    elif change in ("migration", "committed"):
        write(bench.repo, {SECOND: "drop table x;\n"})
    elif change == "added":
        write(bench.repo, {"app/more.ts": "export {}\n"})
    if change in ("committed", "added"):
        commit(bench.repo)
    signers = tmp_path / "nobody" if change == "signers" else bench.signers
    done = run_bash(script, sealed.page.parent, SIGNERS=str(signers))
    assert done.returncode == (1 if named else 0), done.stdout + done.stderr
    assert told(done) == [f"FAILED  {line[8:]}" if line[8:] in named else line for line in HOLDING], (
        done.stdout
    )


def test_a_failure_leaves_the_shell_open(bench: Bench) -> None:
    sealed = bench.sealed()
    script = commands(sealed.page.read_text("utf-8"))
    sealed.record.write_bytes(b"")
    done = run_bash(f"{script}\necho still here, $?, ${{bad-unset}}", sealed.page.parent)
    assert done.stdout.splitlines()[-1] == "still here, 1, unset"


def test_a_squashed_commit_is_not_checked_and_nothing_else_is_left_out(bench: Bench) -> None:
    sealed = bench.sealed()
    script = commands(sealed.page.read_text("utf-8"))
    git(bench.repo, "checkout", "--quiet", "--orphan", "squashed")
    commit(bench.repo, "squashed")
    git(bench.repo, "branch", "-D", "main")
    git(bench.repo, "reflog", "expire", "--expire=now", "--all")
    git(bench.repo, "gc", "--quiet", "--prune=now")
    done = run_bash(script, sealed.page.parent, SIGNERS=str(bench.signers))
    assert done.returncode == 0, done.stdout
    assert "not checked: the commit is not in this clone" in told(done)


def test_line_ends_that_git_rewrites_on_checkout_do_not_count(bench: Bench) -> None:
    sealed = bench.sealed()
    script = commands(sealed.page.read_text("utf-8"))
    write(bench.repo, {FIRST: MIGRATIONS[FIRST].replace("\n", "\r\n")})
    assert run_bash(script, sealed.page.parent, SIGNERS=str(bench.signers)).returncode == 1
    git(bench.repo, "config", "core.autocrlf", "true")
    assert run_bash(script, sealed.page.parent, SIGNERS=str(bench.signers)).returncode == 0


def test_many_migrations_are_left_to_the_scope_and_that_is_said(bench: Bench) -> None:
    record = bench.prepared().record
    many = replace(
        record, migration=tuple(replace(record.migration[0], path=f"m/{n}.sql") for n in range(200))
    )
    assert "not checked one by one: 200 migrations" in commands(markdown(many, b""))


def test_awkward_names_in_the_scope_are_printed_so_that_bash_reads_them(bench: Bench) -> None:
    names = (":colon", "new\nline", "bidi\u202e", "-dash", "quote'\"`$(touch x)")
    write(bench.repo, {f"{name}/page.ts": "export {}\n" for name in names})
    awkward = "supabase/migrations/20250101000000_it's \x1b[2J\u202e.sql"
    write(bench.repo, {awkward: "select 1;\n"})
    commit(bench.repo)
    sealed = bench.sealed()
    assert set(names) <= set(
        read_project(bench.repo).snapshot.files and bench.prepared().record.subject.scope
    )
    script = commands(sealed.page.read_text("utf-8"))
    done = run_bash(script, sealed.page.parent, SIGNERS=str(bench.signers))
    assert done.returncode == 0, done.stderr + script
    assert not (sealed.page.parent / "x").exists()
    assert "ok      migration supabase/migrations/20250101000000_it's <U+001B>[2J<U+202E>.sql" in told(done)
