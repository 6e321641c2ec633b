"""A template is compiled for the first visitor, and again only when its text changes."""

from __future__ import annotations

from types import SimpleNamespace

import jinja2

from svcnb.kernels.templates import Compiled


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
    from svcnb.kernels import templates

    monkeypatch.setattr(templates, "notebook_renderer", renderer := SimpleNamespace(VoilaExporter=None))
    templates.compile_templates_once()
    assert renderer.VoilaExporter is templates.QuickExporter
