"""A share that is moved by a slider and typed in a number field beside it, both in per cent or in points."""

from __future__ import annotations

from dataclasses import replace

import ipywidgets as widgets

STEP = 0.1  # per cent


class Slide(widgets.HBox):
    """``number`` and ``slider`` say the same; ``value`` is the number's text. ``hint`` of the field is the unit where it is
    not per cent.
    """

    def __init__(self, field, words):
        from svcnb.panels.controls import build, described

        self.number = build(replace(field, kind="share", hint=""), words)
        self.number.description = self.number.tooltip = described(field)
        at = field.low if field.value is None else field.value
        self.slider = widgets.FloatSlider(value=100 * at, min=100 * field.low, max=100 * field.high, step=STEP, readout=False,
                                          tooltip=described(field), layout={"width": "11rem"})
        self._moving = False
        self.slider.observe(lambda _: self._follow(self._to_number), names="value")
        self.number.observe(lambda _: self._follow(self._to_slider), names="value")
        super().__init__([self.number, self.slider], layout={"flex_flow": "row wrap", "align_items": "center"})
        self.add_class("slide")

    @property
    def value(self) -> str:
        return self.number.value

    @value.setter
    def value(self, text: str) -> None:
        self.number.value = text

    def read(self):
        return self.number.read()

    def watch(self, changed) -> None:
        self.number.watch(changed)

    def _follow(self, move) -> None:
        """One moves the other, not back again."""
        if self._moving:
            return
        self._moving = True
        try:
            move()
        finally:
            self._moving = False

    def _to_number(self) -> None:
        self.number.value = self.number.show(round(self.slider.value, 1) / 100)

    def _to_slider(self) -> None:
        try:
            value = self.number.read()
        except ValueError:
            return  # half typed: the slider waits
        if value is not None:
            self.slider.value = 100 * value
