"""What people declare reaches the checks, and what the code says begins the context."""

from dataclasses import replace

import pytest
from builders import check, project

from checklists.checks.project import Project
from checklists.model import Severity, Status
from checklists.review.context_read import prefilled
from checklists.review.declared import declared, facts_of
from checklists.review.draft import Context
from checklists.team import Facts

SQL = """
create table public.countries (id uuid primary key, name text, code text, born_in_email text);
alter table public.countries enable row level security;
create policy "All read" on public.countries for select using (true);
create table public.people (
  id uuid primary key, country uuid references public.countries (id), birthday date
);
"""
TS = """
import { createClient } from '@supabase/supabase-js'
const supabase = createClient(process.env.URL!, process.env.KEY!)
export async function people() {
  const { data, error } = await supabase.from('people').select('*')
  if (error) throw error
  return data
}
"""


@pytest.fixture(scope="module")
def seen() -> Project:
    return project({"supabase/migrations/20240101000000_a.sql": SQL, "lib/people.ts": TS})


def test_lists_are_read_with_public_where_no_schema_is_named() -> None:
    context = Context(
        public_tables="posts, app.tags\nnews",
        sensitive_columns="people.birthday, app.x.y",
        expected_rows="countries 250, app.events 5_000_000",
    )
    assert facts_of(context) == Facts(
        ("public.posts", "app.tags", "public.news"),
        ("public.people.birthday", "app.x.y"),
        {"public.countries": 250, "app.events": 5_000_000},
    )
    assert facts_of(Context()) == Facts()


@pytest.mark.parametrize("text", ["countries", "countries many", "250"])
def test_rows_without_a_number_are_refused_by_what_was_said(text: str) -> None:
    with pytest.raises(ValueError, match=f"'{text}' is not a table and a number of rows"):
        facts_of(Context(expected_rows=text))


def test_a_table_that_is_declared_public_asks_nothing(seen: Project) -> None:
    assert check("policy_reads_all_rows", seen).status is Status.FLAGGED
    said = check("policy_reads_all_rows", declared(seen, Context(public_tables="countries")))
    assert (said.status, said.examined) == (Status.CLEAR, (("policies", 1),))


def test_a_table_that_is_declared_small_needs_no_index(seen: Project) -> None:
    assert check("foreign_key_unindexed", seen).status is Status.FLAGGED
    for rows, status in (("people 1000", Status.CLEAR), ("people 1001", Status.FLAGGED)):
        assert check("foreign_key_unindexed", declared(seen, Context(expected_rows=rows))).status is status


def test_a_column_that_is_declared_sensitive_makes_a_star_grave(seen: Project) -> None:
    assert check("select_star", seen).status is Status.CLEAR
    (finding,) = check("select_star", declared(seen, Context(sensitive_columns="people.birthday"))).findings
    assert finding.severity is Severity.HIGH
    assert "birthday included" in finding.message


def test_the_teams_facts_and_the_contexts_add_up(seen: Project) -> None:
    team = replace(seen.team.config, facts=Facts(("public.posts",), (), {"public.people": 9_000}))
    of_team = replace(seen, team=replace(seen.team, config=team), facts=team.facts)
    facts = declared(of_team, Context(public_tables="countries", expected_rows="people 10")).facts
    assert facts.public_tables == ("public.posts", "public.countries")
    assert facts.rows == {"public.people": 10}
    assert declared(of_team, Context()) is of_team


def test_a_new_context_begins_with_what_the_code_says(seen: Project) -> None:
    context = prefilled(seen)
    assert context.entities == "2 tables: countries, people."
    assert context.access_patterns == "Most queried: people (1)."
    assert context.authorization == "1 policy on 1 table."
    assert context.compliance == "Personal data by name: countries.born_in_email, people.birthday."
    assert (context.scale, context.public_tables, context.expected_rows) == ("", "", "")
    assert prefilled(project({})) == Context()
