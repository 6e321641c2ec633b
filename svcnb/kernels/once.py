"""What a Voila server does again and again for every visitor, here once: with warm kernels it is most of its work."""

from __future__ import annotations

import atexit
import gc
import importlib

import nbformat
from jinja2 import BytecodeCache
from voila import notebook_renderer
from voila.exporter import VoilaExporter

NEEDED_FOR_A_PAGE = ("IPython.display", "IPython.core.displaypub", "ipykernel.connect", "ipykernel.kernelspec", "jinja2.ext")

UNFINISHED = "<script>window.voila_unfinished && window.voila_unfinished()</script>"


class Compiled(BytecodeCache):
    """Compiled templates in memory, by name and text: one that was edited is compiled again."""

    def __init__(self):
        self.codes = {}

    def load_bytecode(self, bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket) -> None:
        self.codes[bucket.key, bucket.checksum] = bucket.code


class QuickExporter(VoilaExporter):
    """Voila's exporter, whose environments (one a visitor, all set up alike) share their compiled templates.

    A page whose kernel ends while it loads ends with a call of ``window.voila_unfinished()``, if the template has it: of
    Voila's own the visitor would see nothing more, and wait.
    """

    compiled = Compiled()

    async def generate_from_notebook_node(self, nb, resources=None, extra_context=None, **options):
        try:
            async for piece in super().generate_from_notebook_node(nb, resources, extra_context or {}, **options):
                yield piece
        except Exception as error:
            self.log.error("A page could not be finished: %s: %s", type(error).__name__, error)
            yield UNFINISHED, resources

    def _create_environment(self):
        environment = super()._create_environment()
        environment.bytecode_cache = self.compiled
        return environment


def compile_templates_once() -> None:
    """From now on in this process; Voila has no setting for its exporter."""
    notebook_renderer.VoilaExporter = QuickExporter


def settle_server(app, objects: int = 50_000) -> None:
    """Do before the first visitor comes what he would wait for, and let nobody wait while Python looks for garbage.

    Parameters
    ----------
    app : voila.app.Voila, initialised
    objects : new ones until Python looks for garbage among them (its default 700 are less than a tenth of a page); what is
        there when this is called stays, and is not looked through any more
    """
    for name in NEEDED_FOR_A_PAGE:
        importlib.import_module(name)
    for relaxed in (True, False):
        nbformat.validate(nbformat.v4.new_notebook(), relax_add_props=relaxed)  # compiles its checks, once for each way
    exporter = notebook_renderer.VoilaExporter(
        template_paths=app.template_paths, template_name=app.voila_configuration.template, config=app.config)
    exporter.template  # noqa: B018 - compiles it
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)  # or libraries that count what they hold say at the end that it leaked
    gc.set_threshold(objects, *gc.get_threshold()[1:])
