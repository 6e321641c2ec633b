"""From a ``Field`` to an ipywidgets control with a name, keyboard and touch size, and back to its value."""

from __future__ import annotations

import math
import re

import ipywidgets as widgets

WIDE = {"width": "100%"}
STYLE = {"description_width": "initial"}


def build(field, words) -> widgets.Widget:
    """The control of a field; its value is read with ``read``."""
    if field.kind == "rows":
        return _Rows(field, words)
    if field.kind == "many":
        return _Many(field)
    name = dict(description=field.label, style=STYLE, tooltip=field.label)
    if field.kind == "choice":
        shown = [(text, value) for value, text in field.options]
        if field.value is not None and field.value not in [value for value, _ in field.options]:
            shown.append((str(field.value), field.value))  # what is in force stays so until somebody changes it
        values = [value for _, value in shown]
        at = values.index(field.value) if field.value in values else (0 if values else None)
        return widgets.Dropdown(options=shown, index=at, layout={"width": "max-content"}, **name)  # a value None has a text too
    if field.kind == "shares":
        return _Shares(field, words)
    if field.kind in ("number", "share", "whole"):
        return _Number(field, words)
    if field.kind == "slide":
        from svcnb.panels.slider import Slide

        return Slide(field, words)
    if field.kind == "area":
        return widgets.Textarea(value=field.value or "", placeholder=field.label, layout=WIDE, rows=3, **name)
    return widgets.Text(value=field.value or "", layout=WIDE, **name)


def narrow(fields, controls: dict) -> None:
    """A choice within another offers only what belongs to the other's value, and nothing chosen when that value moves."""
    for field in fields:
        if field.within:
            _follow(field, controls[field.key], controls[field.within])


def _follow(field, own, above) -> None:
    def offer(_change=None):
        own.options = [(text, value) for value, text in field.options if not value or value.startswith(f"{above.value}:")]

    above.observe(offer, names="value")
    offer()


def described(field) -> str:
    """The name of a control: a share is typed in per cent; where it is only shown its number has the sign."""
    if field.kind == "slide":
        return f"{field.label}, {field.hint or '%'}"
    return f"{field.label}, %" if field.kind == "share" else field.label


def read(control):
    """The value of a control as a JSON value; raises ValueError for a number that is none."""
    return control.read() if hasattr(control, "read") else control.value


def watch(control, changed) -> None:
    """Call ``changed()`` when the control's value moves."""
    if hasattr(control, "watch"):
        control.watch(changed)
    else:
        control.observe(lambda _: changed(), names="value")


def shown_value(value, field, words) -> str:
    """A decided value in the reader's words: the options' texts, numbers by language, records as name: parts."""
    texts = dict(field.options) if field.kind in ("choice", "many") else {}
    if field.kind == "many":
        return ", ".join(texts.get(v, str(v)) for v in value or []) or words("none")
    if field.kind == "choice":
        return texts.get(value, "–" if value is None else str(value))
    if field.kind == "rows":
        columns = {column.key: column for column in field.options}
        return "; ".join(
            f"{field.names.get(key, key)}: " + ", ".join(
                f"{column.label} {shown_value(record.get(name), column, words)}" for name, column in columns.items())
            for key, record in (value or {}).items()) or words("none")
    if field.kind == "shares":
        return ", ".join(words.percent(share) for share in value or [])
    if field.kind == "share":
        return words.percent(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return words.number(value)
    return "–" if value in (None, "") else str(value)


class _Number(widgets.Text):
    """A number typed in the reader's way: decimal comma or point, a share in per cent."""

    def __init__(self, field, words):
        self._field, self._words = field, words
        super().__init__(value=self.show(field.value), description=described(field), style=STYLE, tooltip=described(field),
                         continuous_update=False, placeholder=field.hint, layout={"width": "max-content"})
        self.add_class("number")

    def show(self, value) -> str:
        if value is None:
            return ""
        value = 100 * value if self._field.kind == "share" else value
        if abs(value) >= 10:
            value = round(value, 2)  # what is untouched keeps all its digits
        text = f"{value:.10g}"
        return text.replace(".", ",") if self._words.language == "es" else text

    def read(self):
        words = self._words  # the catalogues' extractor knows this name
        if self.value == self.show(self._field.value):
            return self._field.value  # untouched: all its digits, not the ten that are shown
        text = self.value.strip().rstrip("%").strip()
        if not text:
            return None
        thousands = r"\." if words.language == "es" else ","
        if re.fullmatch(rf"[-+]?[1-9]\d{{0,2}}{thousands}\d{{3}}", text):
            raise ValueError(words("{label}: {text} can be read in two ways; write thousands without a mark.",
                                   label=self._field.label, text=text))
        try:
            number = float(text.replace(",", "."))
            if not math.isfinite(number):
                raise ValueError
        except ValueError:
            raise ValueError(words("{label}: {text} is not a number; write digits, e.g. {example}.",
                                   label=self._field.label, text=repr(text), example=self.show(0.5))) from None
        number = number / 100 if self._field.kind == "share" else number
        if self._field.kind == "whole":
            if number != int(number):
                raise ValueError(words("{label}: {text} is not a whole number.", label=self._field.label, text=text))
            number = int(number)
        low, high = self._field.low, self._field.high
        if low is not None and number < low or high is not None and number > high:
            raise ValueError(words("{label}: {text} is outside {low} to {high}.", label=self._field.label, text=text,
                                   low=self.show(low) or "−∞", high=self.show(high) or "∞"))
        return number

    def watch(self, changed):
        self.observe(lambda _: changed(), names="value")


class _Shares(widgets.HBox):
    """A list of shares, one number field each; ``options`` are their labels."""

    def __init__(self, field, words):
        from svcnb.panels.page import Field

        self.numbers = [_Number(Field(field.key, label, "share", value, low=0, high=1), words)
                        for label, value in zip(field.options, field.value or (), strict=False)]
        super().__init__(self.numbers, layout={"flex_flow": "row wrap"})

    def read(self):
        return [number.read() for number in self.numbers]

    def watch(self, changed):
        for number in self.numbers:
            number.watch(changed)


class _Many(widgets.VBox):
    """Several of a list, each with its own check box."""

    def __init__(self, field):
        chosen = set(field.value or ())
        self.kept = [value for value in field.value or () if value not in dict(field.options)]  # no box shows it
        self.boxes = {value: widgets.Checkbox(value=value in chosen, description=text, indent=False, tooltip=text)
                      for value, text in field.options}
        super().__init__([widgets.Label(field.label), widgets.Box(
            list(self.boxes.values()), layout={"flex_flow": "row wrap", "display": "flex"})])

    def read(self):
        return [value for value, box in self.boxes.items() if box.value] + self.kept

    def watch(self, changed):
        for box in self.boxes.values():
            box.observe(lambda _: changed(), names="value")


class _Rows(widgets.VBox):
    """A dict of records, one line each: name, then a control a column. Unseen parts of a record are kept."""

    def __init__(self, field, words):
        self.spare = {key: dict(record) for key, record in field.spare.items() if key not in (field.value or {})}
        self.value_before = {key: dict(record) for key, record in {**(field.value or {}), **self.spare}.items()}
        self.lines: dict[str, dict[str, widgets.Widget]] = {}
        children = [widgets.Label(field.label)]
        for key, record in self.value_before.items():
            name = field.names.get(key, key)
            controls = {}
            for column in field.options:
                shown = column.__class__(**{**column.__dict__, "value": record.get(column.key, column.value),
                                            "label": f"{name}: {column.label}"})
                controls[column.key] = build(shown, words)
                if isinstance(controls[column.key], widgets.DOMWidget) and hasattr(controls[column.key], "description"):
                    controls[column.key].description = described(column)  # the line says once of what
            self.lines[key] = controls
            head = widgets.Label(name)
            head.add_class("row-name")
            line = widgets.Box([head, *controls.values()], layout={"flex_flow": "row wrap", "display": "flex"})
            line.add_class("row-line")
            if len(controls) == 1:
                line.add_class("row-single")  # the name and its one control share a line
            children.append(line)
        super().__init__(children)

    def read(self):
        records = {key: {**self.value_before[key], **{name: read(control) for name, control in controls.items()}}
                   for key, controls in self.lines.items()}
        return {key: record for key, record in records.items() if record != self.spare.get(key)}

    def watch(self, changed):
        for controls in self.lines.values():
            for control in controls.values():
                watch(control, changed)
