"""One script instead of seventy: the parts of Voila's front end that every page loads, joined in one file.

Voila's pages fetch their scripts in some seventy requests, wave after wave, and ask after each of them again on the next
page. The parts are chunks that register themselves (``self.webpackChunk… .push``), so they may stand before anything asks
for them: who finds a chunk registered does not fetch it. Nothing of theirs is changed; a part that is not on the list, or
not there in another version of Voila, is fetched as before.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LIST = Path(__file__).with_suffix(".txt")  # written by tools/pieces.py
ADDRESS, NOTHING = "joined.js", "nothing.js"
NO_FORMULAS = "window.MathJax = {Hub: {Config() {}, Configured() {}, Queue() {}, Register: {StartupHook() {}}}};\n"
FOREVER = "max-age=31536000, immutable"  # the tag in the address changes with the script


@dataclass(frozen=True)
class Joined:
    """``plain`` and ``packed`` (gzip) are the same script; ``tag`` changes with it."""

    plain: bytes
    packed: bytes
    tag: str


def piece_name(address: str) -> str | None:
    """What the list calls a script of Voila or of an extension; None for what is no chunk.

    >>> piece_name("http://127.0.0.1:8866/voila/static/7155.voila.js")
    '7155.voila.js'
    >>> piece_name("/voila/labextensions/@jupyter-widgets/jupyterlab-manager/static/32.3281b05d.js?v=3281b05d")
    '@jupyter-widgets/jupyterlab-manager/static/32.3281b05d.js'
    >>> piece_name("/voila/static/voila.js")
    """
    found = re.search(r"/voila/(?:static|labextensions)/((?:@[\w-]+/[\w-]+/static/)?\d+\.[\w.]+\.js)(?:\?|$)", address)
    return found[1] if found else None


def join_pieces(names, static: list[Path], extensions: list[Path]) -> Joined:
    """Join chunks into one script, each with its own strictness.

    Parameters
    ----------
    names : as `piece_name` gives them
    static, extensions : folders to look into for Voila's own scripts, and for those of extensions
    """
    parts = []
    for name in names:
        found = next((path for folder in (extensions if "/" in name else static) if (path := folder / name).is_file()), None)
        if found is not None:
            parts.append(b"(function () {\n" + found.read_bytes() + b"\n}).call(self);\n")
    plain = b"".join(parts)
    return Joined(plain, gzip.compress(plain, 6, mtime=0), hashlib.sha256(plain).hexdigest()[:16])


@cache
def joined() -> Joined:
    """The script of the installed Voila."""
    from jupyter_core.paths import jupyter_path

    return join_pieces(LIST.read_text("utf-8").split(), [Path(p) for p in jupyter_path("voila", "templates", "base", "static")],
                       [Path(p) for p in [*jupyter_path("labextensions"), *jupyter_path("voila", "labextensions")]])


def lean(voila: type) -> type:
    """A Voila that serves the joined script and typesets no formulas, for which its default would ask another host.

    A template names the script, before Voila's own, as ``page_config``'s base address + ``joined.js?v=`` + tag.
    """
    import tornado.web

    class Script(tornado.web.RequestHandler):
        def get(self):
            self.set_header("Content-Type", "text/javascript; charset=utf-8")
            self.set_header("Cache-Control", FOREVER)
            self.set_header("Vary", "Accept-Encoding")
            packed = "gzip" in self.request.headers.get("Accept-Encoding", "")
            if packed:
                self.set_header("Content-Encoding", "gzip")
            self.finish(joined().packed if packed else joined().plain)

        def compute_etag(self):
            return None  # of a long answer that never changes

    class Nothing(tornado.web.RequestHandler):
        def get(self):
            self.set_header("Content-Type", "text/javascript; charset=utf-8")
            self.set_header("Cache-Control", FOREVER)
            self.finish(NO_FORMULAS)

    class Lean(voila):
        def init_handlers(self):
            joined()  # made before anybody waits
            return [(self.server_url + ADDRESS, Script), (self.server_url + NOTHING, Nothing), *super().init_handlers()]

        def init_settings(self):
            return {**super().init_settings(), "mathjax_url": self.base_url + NOTHING, "mathjax_config": "none"}

    return Lean
