"""How each kind of file gives its cells as text; ``svcnb.tables.readers.read_raw`` is the door.

``text`` csv and clipboard, ``columnar`` parquet, ``book`` workbooks: those are opened by a child process
(``child``, with ``package``, ``xlsx`` and ``ods``), which uses the standard library only and has limits.
"""
