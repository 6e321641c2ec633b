"""B3: right tables of random words and numbers, written in every accepted form and read again.

``python benchmarks/round_trip.py [N]`` reads N tables (default 1000), each in one form after the other; prints per
form how many came back equal, and the first that did not.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def main(n: int) -> int:
    from tests.nasty.forms import FORMS, NAMES
    from tests.nasty.read_back import read_back

    forms, equal, tried = list(FORMS), Counter(), Counter()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(n):
            form, name = forms[number % len(forms)], NAMES[number // len(forms) % len(NAMES)]
            expected, found = read_back(name, form, Path(folder), random.Random(number))
            tried[form] += 1
            equal[form] += expected == found
            if expected != found and tried[form] - equal[form] == 1:
                print(f"{form}: {name}, seed {number}: {found[:2]}")
    for form in forms:
        print(f"{form:<34}{equal[form]:>6} of {tried[form]:>6} equal")
    print(f"{sum(equal.values())} of {n} tables read back equal")
    return 0 if sum(equal.values()) == n else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 1000))
