"""Write the reference pages of the tables: ``python tools/reference.py [--check]``.

Exit 1 with --check when a page is not today's.
"""

from __future__ import annotations

import sys
from pathlib import Path

from svcnb.i18n import words_in
from svcnb.tables.reference import reference

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = {"en": DOCS / "tables.md", "es": DOCS / "es" / "tablas.md"}


def main(check: bool) -> int:
    old = []
    for language, path in PAGES.items():
        text = reference(words_in(language))
        if path.exists() and path.read_text("utf-8") == text:
            continue
        if check:
            print(f"{path.name}: not written from today's definitions; run python tools/reference.py")
            old.append(path)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
