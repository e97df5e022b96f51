"""What docs/cluster.md says of GNU parallel and Slurm; `make test-spark` has Spark, too."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT

import headscope


@pytest.mark.parametrize("check", ["parallel", "slurm"])
def test_parts_through_others_are_one_run(check: str, real_program: pathlib.Path) -> None:
    if check == "parallel" and shutil.which("parallel") is None:
        pytest.skip("GNU parallel is not installed")
    done = subprocess.run(
        [sys.executable, ROOT / "Tools" / "check_cluster", check, "--program", headscope.program()],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the same bytes as one run" in done.stdout
