"""Every text of the package is translated, and the compiled catalogues are today's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_catalogues_are_complete_and_compiled():
    ran = subprocess.run([sys.executable, "tools/catalogues.py", "--check"], cwd=ROOT, capture_output=True, text=True,
                         encoding="utf-8")
    assert ran.returncode == 0, ran.stdout + ran.stderr
