"""What the page says of the schema, the policies, the endpoints and the plan of a repo."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from gitrepos import sample
from markdown_it import MarkdownIt
from sealing import Bench

from checklists.checks.loading import load_project
from checklists.checks.project import Project
from checklists.model import Location
from checklists.record.escape import block
from checklists.record.markdown import markdown, split_page
from checklists.record.sections import Room
from checklists.record.sections.api import api
from checklists.record.sections.policies import policies
from checklists.record.sections.schema import schema
from checklists.repo.layout import Layout
from checklists.repo.snapshot import Snapshot, Subject
from checklists.repo.source_file import SourceFile
from checklists.sql.build import build_schema
from checklists.sql.schema import Schema
from checklists.ts.conduct import Caller, CallerState, Flow, Reply, SchemaField, Validation
from checklists.ts.index import Endpoint, EndpointKind, Function, SourceIndex

PLACE = Location("app/actions.ts", 1, 9)
ROOM = Room(100, 1000)
RENDER = MarkdownIt("commonmark", {"html": True}).enable("table")
PATH = "supabase/migrations/20240101000000_init.sql"


def project_of(sql: str) -> Project:
    file = SourceFile(PATH, "0" * 40, sql.encode(), sql)
    built = build_schema([(PATH, file)], exposed_schemas=("public",))
    snapshot = Snapshot("/r", Subject("1", "2"), {PATH: file})
    return Project(snapshot, Layout(None, (PATH,)), built, SourceIndex())


def endpoint_row(state: CallerState, *, bases: tuple[str, ...] = (), **held: object) -> list[str]:
    """The cells of one action."""
    function = Function("f", "save", PLACE, exported=True, is_async=True, parameters=("form",), **held)  # type: ignore[arg-type]
    endpoint = Endpoint(EndpointKind.ACTION, "app/actions.ts#save", PLACE, function=function.id)
    callers = {endpoint.object: Caller(state, bases=bases, because="it calls `x | y`")}
    index = SourceIndex(functions={"f": function}, endpoints=(endpoint,), callers=callers)
    project = Project(Snapshot("/r", Subject("1", "2"), {}), Layout(None, ()), Schema(), index)
    (row,) = [line for line in api(_record(), project, ROOM) if line.startswith("| action")]
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]


def _record():  # type: ignore[no-untyped-def]
    class Nothing:
        item = ()

    return Nothing()


@pytest.mark.parametrize(
    ("state", "bases", "said"),
    [
        (CallerState.VERIFIED, ("getUser",), "verified by `getUser`"),
        (CallerState.VERIFIED, ("signature", "lookup"), "verified by `signature, lookup`"),
        (CallerState.SESSION, ("getSession",), "session read, not verified"),
        (CallerState.UNVERIFIED, (), "**anybody**: no caller check seen"),
        (CallerState.RLS_ONLY, (), "anybody; row security decides"),
        (CallerState.CREDENTIALS, (), "anybody: it is how callers become known"),
        (CallerState.HARMLESS, ("getUser",), "anybody: no data was seen that it reaches"),
        (CallerState.UNKNOWN, (), r"not known: `` it calls `x \| y` ``"),
    ],
)
def test_only_verified_callers_count_as_verified(
    state: CallerState, bases: tuple[str, ...], said: str
) -> None:
    found = endpoint_row(state, bases=bases)[1]
    assert found == (said if state is not CallerState.UNKNOWN else r"not known: `` it calls `x \| y` ``")


def test_an_endpoint_with_its_input_its_answers_and_its_errors() -> None:
    keys = (SchemaField("title", PLACE, optional=False), SchemaField("note", PLACE, optional=True))
    validation = Validation("TenderSchema", "zod", PLACE, checked=True, fields=keys)
    replies = (
        Reply(PLACE, 400, None),
        Reply(PLACE, 500, "error.message", source="database"),
        Reply(PLACE, 200, None),
    )
    cells = endpoint_row(CallerState.VERIFIED, validations=(validation,), replies=replies)
    assert cells[2:] == ["`TenderSchema` `title, note?`", "200, 400, 500", "**text of database**"]


def test_what_answers_with_errors_of_the_database_reaches_it() -> None:
    leak = Reply(PLACE, 500, "error.message", source="database")
    cells = endpoint_row(CallerState.HARMLESS, replies=(leak,))
    assert cells[1].startswith("not known: it answers with errors of the database")
    assert endpoint_row(CallerState.UNVERIFIED, replies=(leak,))[1] == "**anybody**: no caller check seen"


def test_what_nothing_parsed_is_said_and_an_ignored_parse_is_none() -> None:
    ignored = Validation("TenderSchema", "zod", PLACE, checked=False)
    flow = Flow("form data", "query", PLACE, "x")
    reply = Reply(PLACE, None, None, text="{ ok: true }")
    cells = endpoint_row(CallerState.UNVERIFIED, validations=(ignored,), flows=(flow,), replies=(reply,))
    assert cells[2:] == ["**unparsed**: form data", "`{ ok: true }`", "nothing internal"]


RLS = """
create table public.notes (id uuid primary key, owner uuid, shared boolean);
alter table public.notes enable row level security;
create policy own on public.notes using (owner = (select auth.uid()));
create policy shared on public.notes for select using (shared);
create policy sane on public.notes as restrictive for update to authenticated
  using (true) with check (not shared);
create table public.logs (id uuid primary key);
create table public.shut (id uuid primary key);
alter table public.shut enable row level security;
create policy staff on public.shut to staff using (true);
"""


OWN = "rows where `owner` is the caller"


def test_policies_in_words_by_role_and_command() -> None:
    lines = list(policies(project_of(RLS), ROOM))
    told = lines[lines.index("### In words") + 2 :]
    assert told == [
        "- `public.logs`, **RLS is off**",
        "  - anon may read, add, change and delete any row",
        "  - authenticated may read, add, change and delete any row",
        "- `public.notes`, RLS with 3 policies",
        "  - anon may read rows where `shared` is true",
        "  - anon may not add, change or delete anything",
        "  - authenticated may read rows where `owner` is the caller; or rows where `shared` is true",
        "  - authenticated may add and delete rows where `owner` is the caller",
        f"  - authenticated may change {OWN}; but only if they become rows where `shared` is false",
        "- `public.shut`, RLS with 1 policy",
        "  - anon may not read, add, change or delete anything",
        "  - authenticated may not read, add, change or delete anything",
        "  - Policies for other roles as well: `staff`",
    ]


HOSTILE = """-- ``` @octocat <script>alert(1)</script>
# Heading
## Verify
create table public."`x` | <img src=x> @octocat
## Verify" (id int);
alter table public."`x` | <img src=x> @octocat
## Verify" enable row level security;
create policy "a` | ``` <b>
## Verify" on public."`x` | <img src=x> @octocat
## Verify" using ("`" = '|' or exists (select 1 from "a`b|c" where "<i>" = 1));
"""


def test_no_name_or_migration_breaks_out_of_its_place(bench: Bench) -> None:
    record = bench.prepared().record
    base = bench.project
    made = project_of(HOSTILE)
    page = markdown(
        record, b"", replace(base, snapshot=made.snapshot, layout=made.layout, schema=made.schema)
    )
    assert split_page(page)[1].startswith("## Verify\n\nRecord `")
    tokens = RENDER.parse(page)
    kinds = {child.type for token in tokens for child in (token, *(token.children or ()))}
    assert not kinds & {"html_inline", "html_block", "link_open", "image"}
    heads = [tokens[n + 1].content for n, token in enumerate(tokens) if token.type == "heading_open"]
    assert heads.count("Verify") == 1
    assert "Heading" not in heads
    for token in tokens:
        for child in token.children or ():
            assert child.type != "text" or "@octocat" not in child.content
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    assert RENDER.render(page).count("<tr>") >= len(rows) - 12


@pytest.mark.parametrize("text", ["```\n````\n## x", "~~~", "", "a\r\nb\x1b[2J\u202e\u2028c\td"])
def test_a_block_ends_where_it_should(text: str) -> None:
    tokens = RENDER.parse("\n".join(block(text, "sql")) + "\n\nafter\n")
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert "\x1b" not in tokens[0].content
    assert "\u202e" not in tokens[0].content


def test_the_schema_as_sql_and_the_newest_migration_with_its_way_back(tmp_path: Path) -> None:
    project = load_project(sample("specification", tmp_path / "repo"))

    class Counted:
        migration = project.layout.migrations

    page = "\n".join(schema(Counted(), project, ROOM))  # type: ignore[arg-type]
    for table in project.schema.user_tables():
        assert f"CREATE TABLE {table.qualified} (" in page
    newest = project.layout.migrations[-1]
    assert f"**Up**, `{newest}`:" in page
    assert "**Down**" in page.split(f"**Up**, `{newest}`:")[1]
