"""One look for every picture: colours, axes, files. The only place that knows matplotlib's settings.

Figures are made without pyplot, so that a callback on another thread cannot draw into a page's picture.
"""

from __future__ import annotations

import base64
import io

# Okabe-Ito values; a mark shape always says the same as the colour
BLUE, GREEN, AMBER, VERMILION, GREY, INK = "#0072B2", "#009E73", "#E69F00", "#D55E00", "#8896A8", "#1F2933"
PALE = "#FFF5EF"
SETTINGS = {
    "font.family": "sans-serif", "font.sans-serif": ["DejaVu Sans"], "font.size": 10.5,
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": "#C3CCD6", "axes.labelcolor": INK,
    "text.color": INK, "xtick.color": "#52606D", "ytick.color": "#52606D", "axes.titlelocation": "left",
    "svg.hashsalt": "svcnb", "svg.fonttype": "path", "figure.facecolor": "none", "axes.facecolor": "none",
    "legend.frameon": False, "text.parse_math": False,  # a client's name may hold two $
}
WIDE, NARROW = 7.4, 3.9  # inches: a page's column, and a phone's


def new_axes(narrow: bool = False, height: float = 4.2):
    """Empty axes of a page's width, or of a phone's."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(SETTINGS):
        figure = Figure(figsize=(NARROW if narrow else WIDE, height), layout="constrained")
        return figure.subplots()


def picture_bytes(axes, kind: str = "svg") -> bytes:
    """The axes' figure as svg, png or a quick png for the time a control moves; the same bytes for the same picture."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    out = io.BytesIO()
    with matplotlib.rc_context(SETTINGS):
        if kind == "svg":
            axes.figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
        elif kind == "png":
            axes.figure.savefig(out, format="png", dpi=160, metadata={"Software": None})
        else:  # savefig would draw everything twice
            axes.figure.set_dpi(90)
            FigureCanvasAgg(axes.figure).print_png(out, metadata={"Software": None})
    return out.getvalue()


def data_address(data: bytes, kind: str) -> str:
    """Bytes as a data address, so that no page asks a server for a picture."""
    mime = {"svg": "image/svg+xml", "png": "image/png", "quick": "image/png", "csv": "text/csv;charset=utf-8",
            "html": "text/html;charset=utf-8", "toml": "text/plain;charset=utf-8",
            "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}[kind]
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"


def draw(plot, *tables, narrow: bool = False, kinds=("svg", "png"), **options) -> dict[str, bytes]:
    """Call a plot function under the house settings; its picture as bytes of each kind."""
    import warnings

    import matplotlib

    with matplotlib.rc_context(SETTINGS), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")  # a sign no font here has is drawn as a box
        axes = plot(*tables, narrow=narrow, **options)
        if len(axes.get_xlabel()) > (24 if narrow else 80):  # a long label ends with the axis: it would be cut beyond it
            axes.xaxis.label.set(x=1, ha="right")
        return {kind: picture_bytes(axes, kind) for kind in kinds}
