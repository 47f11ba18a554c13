"""Benchmarks: each prints its figures, their bounds and the conditions they were measured under."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache" / "bench"

sys.path.append(str(ROOT / "tools"))  # the scripts that start services and install what a step needs
