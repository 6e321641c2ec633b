"""The commands that bring studies in and take them out; ``svcnb.cli`` holds those that run and show them."""

from __future__ import annotations

import importlib

ROOMS = ("check", "map", "new", "paste", "period", "people", "export")


def add_commands(group) -> None:
    """Add the command of every room to the group."""
    for room in ROOMS:
        for command in importlib.import_module(f"svcnb.commands.{room}").COMMANDS:
            group.add_command(command)
