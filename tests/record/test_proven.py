"""The record keeps what the proof claimed, with which server, and how much of the repo ran."""

from sealing import AT, EMAIL, REASON, Bench, complete

from checklists.live.model import Action, AppliedFile, Claim, ClaimStatus, Counts, Mode, Proof, Skipped
from checklists.record.model import Decision, Reviewer
from checklists.record.proven import SealedClaim, sealed_proof
from checklists.record.seal import prepare
from checklists.record.toml import from_bytes, to_bytes
from checklists.review.store import DraftStore

PROOF = Proof(
    "18.1",
    files=(
        AppliedFile("1_a.sql", Mode.WHOLE),
        AppliedFile("2_b.sql", Mode.BY_STATEMENT, (Skipped(1, "42P01", ""),)),
    ),
    claims=(
        Claim("public.t", "anon", Action.DELETE, ClaimStatus.REFUTED, sql="delete from public.t;"),
        Claim("public.t", "A", Action.DELETE, ClaimStatus.REFUTED),
        Claim("public.t", "A", Action.SELECT, ClaimStatus.PROVEN, provisional=("a stand-in",)),
    ),
    counts=Counts(10, 9, 3, 3),
)


def test_claims_are_kept_by_table_command_and_status() -> None:
    sealed = sealed_proof(PROOF)
    assert sealed is not None
    assert (sealed.files, sealed.applied, sealed.cells, sealed.conclusive) == (2, 1, 10, 9)
    assert sealed.claim == (
        SealedClaim("public.t", "delete", "refuted", ("A", "anon")),
        SealedClaim("public.t", "select", "proven", ("A",), provisional=True),
    )
    assert sealed_proof(None) is None


def test_a_record_of_a_proof_says_live_and_reads_back(bench: Bench) -> None:
    project = bench.project.proven(PROOF)
    draft = complete(DraftStore(bench.drafts), project)
    prepared = prepare(
        draft, project, Reviewer(EMAIL, "Rae"), Decision.APPROVE, at=AT, out=None, reason=REASON
    )
    record = prepared.record
    assert record.inputs.proof == "live"
    assert record.proof == sealed_proof(PROOF)
    assert from_bytes(to_bytes(record)) == record
    assert "Claims of table, actor and command: 1 proven, 2 refuted." in prepared.page


def test_a_record_without_a_proof_says_static(bench: Bench) -> None:
    record = bench.prepared().record
    assert (record.inputs.proof, record.proof) == ("static", None)
