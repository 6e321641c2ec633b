"""Every table of ``method.md`` 14.2 to 14.29, by theme; 14.1 (the project) is ``study.toml``."""

from __future__ import annotations

from svcnb.tables.schemas import company, offer, operation, planning, sales, survey

THEMES = (sales, survey, company, operation, planning, offer)
TABLES = {table.name: table for theme in THEMES for table in theme.THEME}
