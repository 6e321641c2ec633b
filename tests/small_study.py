"""A study in memory, for the tests of single steps: the tables given, every other one empty."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from svcnb.tables.schemas import TABLES

KINDS = {"float": "float64", "int": "float64", "ts": "datetime64[us]", "date": "datetime64[us]"}


class SmallStudy:
    """``SmallStudy(survey_importance=frame, ...)``; columns of the schema that a frame lacks are added empty."""

    def __init__(self, *, seed=7, **tables):
        self.settings = SimpleNamespace(name="small", currency="EUR", language="en", period_start=None, period_end=None,
                                        seed=seed, alpha=0.05)
        self._tables = {name: pd.DataFrame(frame) for name, frame in tables.items()}

    def table(self, name):
        schema = TABLES[name]
        frame = self._tables.get(name)
        if frame is None:
            frame = pd.DataFrame(list(schema.rows), columns=schema.names)
        columns = {}
        for column in schema.columns:
            values = frame[column.name] if column.name in frame else pd.Series([column.default] * len(frame), dtype=object,
                                                                               index=frame.index)
            columns[column.name] = values.astype(KINDS.get(column.type, object))
        return pd.DataFrame(columns)

    def has(self, name):
        return name in self._tables and len(self._tables[name]) > 0

    def parameters(self, step):
        return {}

    def fingerprint(self, name):
        return name

    @property
    def orders(self):
        import ibis

        return ibis.memtable(self.table("orders"))

    @property
    def order_lines(self):
        import ibis

        return ibis.memtable(self.table("order_lines"))
