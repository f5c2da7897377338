"""A finding in what nothing calls weighs less."""

from builders import project

from checklists.checks.discovery import discover
from checklists.checks.engine import run
from checklists.model import Severity

LOOPS = next(rule for rule in discover() if rule.id == "query_in_loop")


def test_a_defect_that_nothing_runs_is_low_and_says_so() -> None:
    code = """import { createClient } from '@supabase/supabase-js'
    const admin = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_SERVICE_ROLE_KEY!)
    export async function purge(tenders) {
      for (const tender of tenders) {
        await admin.from('tenders').delete().eq('id', tender.id)
      }
    }
    """
    found = []
    for more in ({}, {"lib/b.ts": "import { purge } from './a'\nexport const jobs = [purge]"}):
        (report,) = run(project({"lib/a.ts": code, **more}), [LOOPS])
        (finding,) = report.findings
        found.append((finding.severity, "Nothing in the repo calls" in finding.message))
    assert found == [(Severity.LOW, True), (Severity.MEDIUM, False)]


def test_a_method_that_no_object_is_asked_for_is_low() -> None:
    code = """import { createClient } from '@supabase/supabase-js'
    const admin = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_SERVICE_ROLE_KEY!)
    export class Tenders {
      async purge(tenders) {
        for (const tender of tenders) {
          await admin.from('tenders').delete().eq('id', tender.id)
        }
      }
    }
    """
    found = []
    caller = "import { Tenders } from './a'\nexport const run = () => new Tenders().purge([])"
    for more in ({}, {"lib/b.ts": caller}):
        (report,) = run(project({"lib/a.ts": code, **more}), [LOOPS])
        found.append(report.findings[0].severity)
    (inherited,) = run(project({"lib/a.ts": code.replace("Tenders {", "Tenders extends Job {")}), [LOOPS])
    assert [*found, inherited.findings[0].severity] == [Severity.LOW, Severity.MEDIUM, Severity.MEDIUM]
