"""Time a scan against the peers on PATH, whole process, in turn: `python tests/benchmark.py REPO [RUNS]`.

Prints the median of each and the ratio to our own, pair by pair, in one run: machines differ and drift,
ratios hold. A peer that is not installed is named and left out. Nothing is asserted.
"""

import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

PEERS = {
    "squawk": ["squawk", "{migrations}"],
    "sqlfluff (one file)": ["sqlfluff", "lint", "--dialect", "postgres", "{first}"],
    "git ls-files (floor)": ["git", "-C", "{repo}", "ls-files"],
}


def main(repo: Path, runs: int) -> None:
    """Print one row a command."""
    ours = [str(Path(sys.executable).with_name("counterseal")), "scan", str(repo), "--format", "json"]
    migrations = sorted(str(path) for path in repo.rglob("migrations/*.sql"))
    rows = {name: _filled(command, repo, migrations) for name, command in PEERS.items()}
    missing = [name for name, command in rows.items() if shutil.which(command[0]) is None]
    present = {name: command for name, command in rows.items() if name not in missing}
    _timed(ours)
    samples: dict[str, list[tuple[float, float]]] = {name: [] for name in present}
    for _ in range(runs):
        for name, command in present.items():
            samples[name].append((_timed(ours), _timed(command)))
    own = statistics.median(a for pairs in samples.values() for a, _ in pairs)
    print(f"{'counterseal scan':24} {own:7.2f} s")  # noqa: T201
    for name, pairs in samples.items():
        theirs = statistics.median(b for _, b in pairs)
        ratio = statistics.median(b / a for a, b in pairs)
        print(f"{name:24} {theirs:7.2f} s   {ratio:6.2f} x ours")  # noqa: T201
    for name in missing:
        print(f"{name:24} not installed")  # noqa: T201


def _filled(command: list[str], repo: Path, migrations: list[str]) -> list[str]:
    filled: list[str] = []
    for word in command:
        if word == "{migrations}":
            filled += migrations
        else:
            filled.append(word.format(repo=repo, first=migrations[0] if migrations else ""))
    return filled


def _timed(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5)
