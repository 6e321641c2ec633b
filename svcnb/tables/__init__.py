"""The study's tables: what they hold (``TABLES``), how they are read and what is wrong in them."""

from __future__ import annotations

from svcnb.tables.schema import Column, Table
from svcnb.tables.schemas import TABLES

__all__ = ["TABLES", "Column", "Table"]
