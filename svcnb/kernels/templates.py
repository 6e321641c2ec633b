"""Voila compiles its page template anew for every visitor; with warm kernels that is most of a server's work. Here once."""

from __future__ import annotations

from jinja2 import BytecodeCache
from voila import notebook_renderer
from voila.exporter import VoilaExporter


class Compiled(BytecodeCache):
    """Compiled templates in memory, by name and text: one that was edited is compiled again."""

    def __init__(self):
        self.codes = {}

    def load_bytecode(self, bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket) -> None:
        self.codes[bucket.key, bucket.checksum] = bucket.code


class QuickExporter(VoilaExporter):
    """Voila's exporter, whose environments (one a visitor, all set up alike) share their compiled templates."""

    compiled = Compiled()

    def _create_environment(self):
        environment = super()._create_environment()
        environment.bytecode_cache = self.compiled
        return environment


def compile_templates_once() -> None:
    """From now on in this process; Voila has no setting for its exporter."""
    notebook_renderer.VoilaExporter = QuickExporter
