"""A picture that carries its own description: title, what it shows in words, source, inside the svg or the png."""

from __future__ import annotations

import re
import struct
import zlib
from html import escape


def with_description(data: bytes, kind: str, title: str, text: str, source: str = "") -> bytes:
    """The picture with its description inside; screen readers say that of an svg, programs show that of a png.

    Parameters
    ----------
    data : the picture's bytes
    kind : svg or png

    Examples
    --------
    >>> with_description(b'<svg width="1"><g/></svg>', "svg", "A < B", "two bars")
    b'<svg width="1" role="img"><title>A &lt; B</title><desc>two bars</desc><g/></svg>'
    """
    if kind == "svg":
        words = escape(text + (f"\n{source}" if source else ""))
        inner = f"<title>{escape(title)}</title><desc>{words}</desc>".encode()
        return re.sub(rb"<svg\b([^>]*)>", lambda m: b"<svg" + m[1] + b' role="img">' + inner, data, count=1)
    if kind != "png":
        return data
    end = 8 + 4 + 4 + 13 + 4  # signature, then the header's length, name, data and sum
    chunks = b"".join(_text_chunk(key, value) for key, value in
                      (("Title", title), ("Description", text), ("Source", source)) if value)
    return data[:end] + chunks + data[end:]


def _text_chunk(key: str, value: str) -> bytes:
    """An iTXt chunk (PNG specification 11.3.3.4): UTF-8, not compressed."""
    body = b"iTXt" + key.encode("latin-1") + b"\0\0\0\0\0" + value.encode("utf-8")
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
