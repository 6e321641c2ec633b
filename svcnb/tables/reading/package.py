"""The zip of a workbook, opened by the child process: looked at whole before anything in it is unpacked."""

from __future__ import annotations

import re
import zipfile
from xml.parsers import expat

DIRECTORY = 2_000_000  # bytes of the zip's own table of contents
ENTRIES = 4_000
UNPACKED = 1_500_000_000  # bytes in all
LARGE = 5_000_000  # bytes unpacked from which the ratio counts
RATIO = 200  # a sheet of figures packs 5 to 20 times, one of equal rows 170 times
CHUNK = 1 << 18
DEPTH = 100  # elements in one another
TOKEN = 4_000_000  # bytes of one tag or one text without an end
SMALL_PART = 20_000_000  # bytes of a part that is not a sheet and not the texts


class Refused(Exception):
    """The file is not read. ``code`` names the message (``svcnb.tables.reading.book.REFUSALS``)."""

    def __init__(self, code: str, **values):
        super().__init__(code)
        self.code, self.values = code, values


def open_package(file) -> zipfile.ZipFile:
    """The zip, after its table of contents was held against the limits.

    Raises
    ------
    Refused
        Not a zip, too many or doubled entries, a name that leaves the folder, too large or packed too densely.
    """
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - 65_557))
    tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0:
        raise Refused("no zip")
    if int.from_bytes(tail[end + 12:end + 16], "little") > DIRECTORY:
        raise Refused("entries", limit=ENTRIES)
    try:
        package = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError):
        raise Refused("no zip") from None
    entries = package.infolist()
    if len(entries) > ENTRIES:
        raise Refused("entries", limit=ENTRIES)
    names = [entry.filename for entry in entries]
    if len({name.casefold() for name in names}) < len(names):
        raise Refused("damaged", why="entries with the same name")
    for entry in entries:
        if re.search(r"(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[A-Za-z]:|\0", entry.filename):
            raise Refused("slip", name=entry.filename[:60])
        if entry.flag_bits & 1:
            raise Refused("password")
        if entry.file_size > LARGE and entry.file_size > RATIO * max(entry.compress_size, 1):
            raise Refused("bomb", ratio=entry.file_size // max(entry.compress_size, 1), limit=RATIO)
    total = sum(entry.file_size for entry in entries)
    if total > UNPACKED:
        raise Refused("large", size=total // 1_000_000, limit=UNPACKED // 1_000_000)
    return package


class Parser:
    """An expat parser that knows no entities, fed in pieces; handlers see names without their prefix.

    ``start(name, attributes)``, ``end(name)`` and ``text(data)`` may raise ``Done`` to stop early.
    """

    def __init__(self, start, end, text=None, fed=None, bare=False):
        """``bare`` handlers are called as they are: they see to prefixes and depth themselves, and are fast."""
        self.fed = fed
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        plain: dict[str, str] = {}
        depth = 0  # a name with its prefix -> without, once for each; how deep the element is

        def started(name, attributes):
            nonlocal depth
            depth += 1
            if depth > DEPTH:
                raise Refused("token")
            start(plain.get(name) or plain.setdefault(name, name.rpartition(":")[2]), attributes)

        def ended(name):
            nonlocal depth
            depth -= 1
            end(plain.get(name) or plain.setdefault(name, name.rpartition(":")[2]))

        parser.StartElementHandler, parser.EndElementHandler = (start, end) if bare else (started, ended)
        if text:
            parser.CharacterDataHandler = text
        for forbidden in ("StartDoctypeDeclHandler", "EntityDeclHandler", "ExternalEntityRefHandler"):
            setattr(parser, forbidden, self._forbidden)

    def _forbidden(self, *_):
        raise Refused("entities")

    def parse(self, package: zipfile.ZipFile, name: str, limit: int | None = None) -> None:
        """Parse one entry of the package, of at most ``limit`` bytes."""
        entry = package.getinfo(name)
        if limit is not None and entry.file_size > limit:
            raise Refused("large", size=entry.file_size // 1_000_000, limit=limit // 1_000_000)
        done = 0
        try:
            with package.open(entry) as file:
                while piece := file.read(CHUNK):
                    self.parser.Parse(piece, False)
                    done += len(piece)
                    if done - self.parser.CurrentByteIndex > TOKEN:
                        raise Refused("token")
                    if self.fed:
                        self.fed(len(piece))
            self.parser.Parse(b"", True)
        except Done:
            pass
        except expat.ExpatError as error:
            raise Refused("damaged", why=f"{name}: {error}"[:120]) from None
        except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError) as error:
            raise Refused("damaged", why=f"{name}: {error}"[:120]) from None
        except Exception as error:
            if type(error).__module__ in ("zlib", "lzma") or type(error).__name__ == "error":
                raise Refused("damaged", why=f"{name}: {error}"[:120]) from None
            raise


class Done(Exception):
    """A handler has seen what it wanted."""


def plain_attributes(attributes: dict) -> dict[str, str]:
    """Attributes without their prefixes."""
    return {name.rpartition(":")[2]: value for name, value in attributes.items()}
