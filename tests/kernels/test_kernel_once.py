"""A template is compiled once and again only when its text changes; a page that breaks off says so."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import jinja2
import nbformat
import pytest
from voila.exporter import VoilaExporter

from svcnb.kernels.once import UNFINISHED, Compiled, QuickExporter


def test_a_second_environment_finds_what_the_first_compiled(monkeypatch):
    texts, compiled, cache = {"page": "one {{ 1 + 1 }}"}, [], Compiled()
    once = jinja2.Environment.compile
    monkeypatch.setattr(jinja2.Environment, "compile", lambda self, *a, **k: compiled.append(1) or once(self, *a, **k))

    def page():
        environment = jinja2.Environment(loader=jinja2.DictLoader(texts))
        environment.bytecode_cache = cache
        return environment.get_template("page").render()

    assert [page(), page(), len(compiled)] == ["one 2", "one 2", 1]
    texts["page"] = "two {{ 1 + 1 }}"
    assert [page(), page(), len(compiled)] == ["two 2", "two 2", 2]


def test_voilas_exporter_is_the_one_that_remembers(monkeypatch):
    from svcnb.kernels import once

    monkeypatch.setattr(once, "notebook_renderer", renderer := SimpleNamespace(VoilaExporter=None))
    once.compile_templates_once()
    assert renderer.VoilaExporter is once.QuickExporter


@pytest.mark.parametrize("breaks", [False, True])
def test_a_page_whose_kernel_ends_is_brought_to_an_end(breaks, monkeypatch):
    async def pieces(self, nb, resources=None, extra_context=None, **options):
        yield "<html>", resources
        if breaks:
            raise RuntimeError("Kernel died before replying to kernel_info")

    async def page():
        return [piece async for piece, _ in exporter.generate_from_notebook_node(nbformat.v4.new_notebook(), {})]

    monkeypatch.setattr(VoilaExporter, "generate_from_notebook_node", pieces)
    exporter = QuickExporter()
    assert asyncio.run(page()) == ["<html>", UNFINISHED][:1 + breaks]
