"""The gate's words as plain values, and as annotations of a GitHub workflow."""

from collections.abc import Iterator
from typing import Any

from checklists.codec import to_plain
from checklists.record.annotations import Level, annotation
from checklists.record.gate.decide import Gate
from checklists.record.gate.signoffs import SignOff

SCHEMA = "counterseal.gate/1"


def as_json(gate: Gate) -> dict[str, Any]:
    """What closes the gate first, then the rest, the records, and those that do not count."""
    return {
        "schema": SCHEMA,
        "gate": "open" if gate.open else "closed",
        "break_glass": _glass(gate),
        "subject": {"commit": gate.head, "base": gate.base.commit, "merge_tree": gate.tree or None},
        "authors": sorted(gate.authors),
        "policy_sha256": gate.base.policy_sha256,
        "requirements": [
            {
                "name": each.name, "holds": each.holds, "about": each.about, "hint": each.hint,
                "paths": list(each.paths),
            }
            for each in gate.in_order
        ],
        "records": [_record(each) for each in gate.signed],
        "refused": [{"path": each.path, "because": each.because} for each in gate.refused],
    }  # fmt: skip


def _glass(gate: Gate) -> dict[str, Any] | None:
    glass = gate.glass
    if glass is None:
        return None
    return {
        "by": glass.by,
        "reason": glass.reason,
        "at": glass.at.isoformat(),
        "until": glass.until.isoformat(),
    }


def _record(each: SignOff) -> dict[str, Any]:
    record = each.vouched.record
    return {
        "id": record.record_id,
        "path": each.vouched.candidate.path,
        "verdict": record.verdict.value,
        "reviewer": record.reviewer,
        "role": record.role,
        "key": each.vouched.key,
        "counts": each.counts,
        "because": list(each.faults),
        "items": [
            {"id": s.item, "state": s.state.value, "because": s.because, "paths": list(s.paths)}
            for s in each.states
        ],
        "waivers": [{**to_plain(w), "expires": w.expires.isoformat()} for w in each.waivers],
    }


def annotations(gate: Gate) -> Iterator[str]:
    """Workflow commands: an error for each requirement that does not hold, and one notice of the rest."""
    if gate.glass is not None:
        glass = gate.glass
        words = f"Opened by {glass.by} until {glass.until.isoformat()}: {glass.reason}"
        yield annotation(Level.WARNING, "Break-glass", words)
    level = Level.WARNING if gate.open else Level.ERROR
    for each in gate.in_order:
        if not each.holds:
            words = f"{each.about}. {each.hint}".strip()
            path = each.paths[0] if each.paths else None
            yield annotation(level, f"Gate: {each.name}", words, path=path)
    held = [each for each in gate.requirements if each.holds]
    words = "; ".join(f"{each.name}: {each.about}" for each in held)
    yield annotation(Level.NOTICE, "Gate open" if gate.open else "Gate closed", words or "nothing holds")
