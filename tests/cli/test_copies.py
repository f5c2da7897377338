"""A scan says the same on one processor as on several, where copies of the process do parts of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from gitrepos import sample

RUN = "from tui.cli import main; main()"
ALONE = "import os; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))]); "

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) == 1, reason="needs two processors"
)


@pytest.mark.parametrize("name", ["specification", "broken"])
def test_on_one_processor_and_on_several(name: str, tmp_path: Path) -> None:
    repo = sample(name, tmp_path / "repo")
    environment = {**os.environ, "HOME": str(tmp_path)}

    def scan(code: str) -> bytes:
        program = (sys.executable, "-c", code, "scan", "--static", "--format", "json", str(repo))
        done = subprocess.run(program, env=environment, capture_output=True, check=False)
        assert done.returncode == 1, done.stderr
        return done.stdout

    assert scan(RUN) == scan(ALONE + RUN)
