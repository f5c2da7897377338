"""A team's own queries run read-only on the rehearsed database, and become findings."""

from pathlib import Path

from gitrepos import repository

from checklists.checks.engine import report
from checklists.checks.loading import load_project
from checklists.checks.team_rules import rules_of
from checklists.live.proving import prove
from checklists.model import Severity, Status

LINT = """-- items: rls-enabled
select 'no_owner' as name, 'No owner' as title, 'ERROR' as level, 'EXTERNAL' as facing,
  array['SECURITY'] as categories, 'Tables need an owner.' as description,
  format('%s.%s has no owner column', n.nspname, c.relname) as detail, 'Add one.' as remediation,
  jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'table') as metadata,
  format('no_owner_%s', c.relname) as cache_key
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind = 'r' and not exists (
  select from pg_attribute a where a.attrelid = c.oid and a.attname = 'owner')
"""
EMPTY = LINT.replace("and c.relkind = 'r'", "and c.relkind = 'm'").replace("no_owner", "no_matview")
FAILING = LINT.replace("pg_class c", "nowhere c").replace("no_owner", "failing")
WRITING = LINT.replace("'Add one.'", "lo_creat(-1)::text").replace("no_owner", "writing")


def test_rows_become_findings_at_their_objects(tmp_path: Path) -> None:
    root = repository(
        tmp_path / "repo",
        {
            "supabase/migrations/1_a.sql": "select 1;\ncreate table public.notes (id int);\n",
            "supabase/migrations/2_b.sql": "create table public.owned (owner uuid);",
            ".counterseal/rules/no_owner.sql": LINT,
            ".counterseal/rules/no_matview.sql": EMPTY,
            ".counterseal/rules/failing.sql": FAILING,
            ".counterseal/rules/writing.sql": WRITING,
        },
    )
    project = load_project(root)
    rules = {rule.id: rule for rule in rules_of(project.team)}
    assert report(rules["no_owner"], project).status is Status.UNDETERMINED
    proof = prove(project.snapshot, project.layout, project.schema, lints=project.team.queries)
    proven = project.proven(proof)
    (finding,) = report(rules["no_owner"], proven).findings
    assert (finding.object, finding.location.line) == ("table:public.notes", 2)
    assert (finding.severity, finding.source) == (Severity.HIGH, "live")
    assert report(rules["no_matview"], proven).status is Status.CLEAR
    (gap,) = report(rules["failing"], proven).gaps
    assert gap.because == 'Postgres refused it: relation "nowhere" does not exist'
    (gap,) = report(rules["writing"], proven).gaps
    assert "read-only transaction" in gap.because
