"""Compile the catalogues and list what is missing: ``python tools/catalogues.py [--check]``.

Finds every marked text of the package (N_, reason, words, NotComputable and the other errors)
and the notebooks' titles, compares with ``svcnb/locale/<language>/LC_MESSAGES/*.po`` and writes
the ``.mo`` files. Exit 1 when a text has no translation or, with --check, when a file would change.
"""

from __future__ import annotations

import datetime as dt
import io
import sys
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DATED = dt.datetime(2004, 1, 1, tzinfo=dt.UTC)
PACKAGE = Path(__file__).resolve().parents[1] / "svcnb"
MARKS = {name: None for name in (
    "N_", "reason", "words", "InputError", "StudyError", "ParameterError", "JournalError", "RunError", "OutputError",
    "NotComputable", "SvcnbError")}


def marked_texts() -> dict[str, str]:
    """Every marked text of the package and the first file that marks it (Python and html templates)."""
    texts: dict[str, str] = {}
    methods = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract"), ("**.j2", "jinja2.ext:babel_extract")]
    for path, _, message, _, _ in extract_from_dir(PACKAGE, method_map=methods, keywords=MARKS):
        message = message[0] if isinstance(message, tuple) else message
        if message:
            texts.setdefault(message, path)
    return texts


def main(check: bool) -> int:
    texts, bad = marked_texts(), 0
    for folder in sorted((PACKAGE / "locale").glob("*/LC_MESSAGES")):
        language, known = folder.parent.name, {}
        for path in sorted(folder.glob("*.po")):
            with path.open("rb") as file:
                catalogue = read_po(file, locale=language)
            catalogue.creation_date = catalogue.revision_date = DATED  # else each minute compiles another file
            for message in catalogue:
                if message.id and message.string:
                    known[message.id] = path
            out = io.BytesIO()
            write_mo(out, catalogue)
            compiled = path.with_suffix(".mo")
            if not compiled.exists() or compiled.read_bytes() != out.getvalue():
                if check:
                    print(f"{compiled.name}: not compiled from today's {path.name}; run python tools/catalogues.py")
                    bad += 1
                else:
                    compiled.write_bytes(out.getvalue())
        for text, source in sorted(texts.items(), key=lambda pair: pair[1]):
            if text not in known:
                print(f"{language}: no translation for {text!r} ({source})")
                bad += 1
        for text, path in known.items():
            if text not in texts:
                print(f"{language}: {path.name} translates {text!r}, which nothing uses")
                bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
