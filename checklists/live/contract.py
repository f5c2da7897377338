"""A proof as the stable JSON contract `counterseal.proof/1`; its JSON Schema lies beside this file."""

from typing import Any

from checklists.live.model import AppliedFile, Claim, LintResult, Proof, RoundTrip, SeedRow, Ungranted

SCHEMA = "counterseal.proof/1"


def as_json(proof: Proof) -> dict[str, Any]:
    """The proof as plain values, in the order in which the contract lists them."""
    return {
        "schema": SCHEMA,
        "server": proof.server,
        "extensions_stood_in": list(proof.stood_in),
        "auto_expose": proof.auto_expose,
        "ungranted": None if proof.ungranted is None else [_ungranted(each) for each in proof.ungranted],
        "files": [_file(file) for file in proof.files],
        "round_trips": [_round_trip(trip) for trip in proof.round_trips],
        "rows": [_row(row) for row in proof.rows],
        "claims": [_claim(claim) for claim in proof.claims],
        "lints": [_lint(result) for result in proof.lints],
        "plans": [_fields(plan) for plan in proof.plans],
        "cells": _fields(proof.counts),
        "not_run": list(proof.unread),
        "seconds": {name: round(value, 3) for name, value in _fields(proof.seconds).items()},
        "peak_mb": round(proof.peak_mb, 1),
    }


def _ungranted(each: Ungranted) -> dict[str, Any]:
    return _fields(each) | {"privileges": list(each.privileges)}


def _lint(result: LintResult) -> dict[str, Any]:
    return {"lint": result.lint, "rows": [_fields(row) for row in result.rows], "fault": result.fault}


def _file(file: AppliedFile) -> dict[str, Any]:
    return {
        "path": file.path,
        "mode": file.mode.value,
        "skipped": [_fields(skipped) for skipped in file.skipped],
        "locks": [_fields(lock) for lock in file.locks],
        "before": file.before,
        "after": file.after,
    }


def _round_trip(trip: RoundTrip) -> dict[str, Any]:
    return _fields(trip) | {"differences": list(trip.differences)}


def _row(row: SeedRow) -> dict[str, Any]:
    return {
        "table": row.table,
        "personas": list(row.personas),
        "how": row.how.value,
        "because": row.because,
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "table": claim.table,
        "actor": claim.actor,
        "command": claim.command.value,
        "status": claim.status.value,
        "because": claim.because,
        "provisional": bool(claim.provisional),
        "rests_on": list(claim.provisional),
        "causes": [
            {"policies": list(cause.policies), "rows": list(cause.rows), "words": cause.words}
            for cause in claim.causes
        ],
        "sql": claim.sql,
        "notes": [note.value for note in claim.notes],
    }


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}
