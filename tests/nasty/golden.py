"""Print what comes of the nasty files now, as golden.json would hold it: ``python -m tests.nasty.golden [NAME …]``."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from tests.nasty.outcome import CASES, outcome


def main() -> None:
    found = {}
    for name in sys.argv[1:] or CASES:
        with tempfile.TemporaryDirectory() as folder:
            found[name] = outcome(CASES[name], Path(folder))
    sys.stdout.write("{\n" + ",\n".join(f" {json.dumps(name, ensure_ascii=False)}: {json.dumps(one, ensure_ascii=False)}"
                                        for name, one in found.items()) + "\n}\n")


if __name__ == "__main__":
    main()
