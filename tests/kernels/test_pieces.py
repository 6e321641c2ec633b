"""The joined script: every part whole and as strict as it was, what is not there left out, the list that of the lock."""

from __future__ import annotations

import gzip
import subprocess

from playwright._impl._driver import compute_driver_executable

from svcnb.kernels.pieces import LIST, join_pieces, joined


def test_parts_are_joined_in_their_order(tmp_path):
    (tmp_path / "1.voila.js").write_text("self.seen = ['sloppy', this === undefined]")
    inner = tmp_path / "@scope" / "name" / "static"
    inner.mkdir(parents=True)
    (inner / "2.ab.js").write_text('"use strict"; // one\nself.seen.push((function () { return this === undefined; })())')
    made = join_pieces(["1.voila.js", "3.gone.js", "@scope/name/static/2.ab.js"], [tmp_path / "none", tmp_path], [tmp_path])
    assert gzip.decompress(made.packed) == made.plain and len(made.tag) == 16
    assert made.plain.count(b"(function () {") == 3 and b"gone" not in made.plain  # a part each, and one of the second part
    (tmp_path / "joined.js").write_bytes(b"var self = {};\n" + made.plain + b"console.log(JSON.stringify(self.seen));\n")
    node = compute_driver_executable()[0]  # the one that comes with playwright
    assert subprocess.check_output([node, str(tmp_path / "joined.js")], text=True) == '["sloppy",false,true]\n'


def test_the_list_is_that_of_the_installed_voila():
    """Another Voila has other parts: python tools/pieces.py writes the list anew."""
    names = LIST.read_text("utf-8").split()
    assert len(names) > 50 and joined().plain.count(b"}).call(self);\n") == len(names)
