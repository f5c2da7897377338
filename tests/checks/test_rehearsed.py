"""What the checks say once every migration ran: what is left to do, and where what was seen stands."""

from builders import check, migrations

from checklists.checks.project import Project
from checklists.live.model import Action, AppliedFile, Cause, Claim, ClaimStatus, Mode, Proof
from checklists.review.suggesting import suggest

TABLE = "create table public.t (id uuid primary key, owner uuid references auth.users (id));"


def proven(mode: Mode) -> Project:
    read = migrations(TABLE)
    files = tuple(AppliedFile(path, mode) for path in read.layout.migrations)
    causes = (Cause(words="constraint:public.t/t_owner_fkey"),)
    claim = Claim("auth.users", "service_role", Action.DELETE, ClaimStatus.BROKEN, "it fails", causes=causes)
    return read.proven(Proof("18", files=files, claims=(claim,)))


def because(project: Project) -> str:
    item = project.item("migrations-replay")
    assert item is not None
    return suggest(item, [check("migration_refused", project)]).because


def test_after_a_proof_it_says_what_is_left() -> None:
    assert "let counterseal prove run them" in because(migrations(TABLE))
    assert "let counterseal prove run them" in because(proven(Mode.FAILED))
    assert "All of them ran" in because(proven(Mode.WHOLE)).replace("all of", "All of")
    assert "counterseal prove" not in because(proven(Mode.WHOLE))


def test_what_the_platform_made_is_placed_in_a_migration() -> None:
    project = proven(Mode.WHOLE)
    (finding,) = check("isolation_refuted", project).findings
    assert finding.location.path in project.layout.migrations
