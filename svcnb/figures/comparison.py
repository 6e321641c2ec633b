"""Methods of segmentation: Belson's powers, agreement of the segments, what each explains."""

from __future__ import annotations

from svcnb.figures.labels import axis_label, short_lines
from svcnb.figures.style import BLUE, GREEN, GREY, INK, VERMILION, new_axes
from svcnb.i18n import N_
from svcnb.sentences.causes import METHODS
from svcnb.steps.candidates import variable_name

GOOD, POOR = 0.65, 0.20  # adjusted Rand: much the same segments, hardly more than chance (house labels)


def plot_powers(belson, *, words, ax=None, narrow=False):
    """Belson's discriminating power of each characteristic, the strongest first.

    Parameters
    ----------
    belson : DataFrame
        predictor, power, power_share, categories_above of the step's table ``belson``.
    """
    ax = ax or new_axes(narrow, height=0.46 * len(belson) + 1.2)
    top = max(float(belson["power"].max()), 1e-12)
    for y, row in enumerate(belson.itertuples()):
        ax.barh(y, row.power, height=0.55, color=GREY if y else BLUE, alpha=0.55 if y else 0.9, gid=f"power:{row.predictor}")
        text = words.number(row.power, 1)
        if isinstance(row.categories_above, str) and row.power > 0 and not narrow:
            text += "  " + short_lines(row.categories_above, 34, 1)
        ax.text(row.power + 0.01 * top, y, text, va="center", fontsize=9, color=INK)
    ax.set(xlim=(0, top * (1.25 if narrow else 1.75)), ylim=(len(belson) - 0.4, -0.6), yticks=range(len(belson)),
           yticklabels=[short_lines(words(variable_name(name)), 15 if narrow else 30) for name in belson["predictor"]],
           xlabel=axis_label(words(N_("Discriminating power D, in customers")), narrow))
    ax.tick_params(axis="y", length=0)
    return ax


def describe_powers(belson, words) -> str:
    """The ranking in words."""
    rows = "; ".join(f"{words(variable_name(r.predictor))} {words.number(r.power, 1)}" for r in belson.itertuples())
    return words(N_("Belson's power: {rows}."), rows=rows)


def plot_agreement(agreement, *, words, ax=None, narrow=False):
    """How far two methods put the same customers together: adjusted Rand index, 0 by chance, 1 the same segments.

    Parameters
    ----------
    agreement : DataFrame
        first, second, value of the step's table ``agreement`` (each pair once).
    """
    names = list(dict.fromkeys([*agreement["first"], *agreement["second"]]))
    ax = ax or new_axes(narrow, height=0.5 * len(names) + 1.3)
    for row in agreement.itertuples():
        a, b = sorted((names.index(row.first), names.index(row.second)))
        known = row.value == row.value
        colour = GREY if not known else GREEN if row.value >= GOOD else BLUE if row.value >= POOR else VERMILION
        ax.add_patch(_square(a, b, colour, 0.18 + 0.5 * max(row.value, 0.0) if known else 0.1))
        ax.text(a, b, words.number(row.value, 2) if known else "–", ha="center", va="center", fontsize=10, color=INK,
                gid=f"{row.first}:{row.second}")
    last = len(names) - 1
    label = [words(METHODS.get(name, name)) for name in names]
    below = words(N_("Adjusted Rand index: 1 the same segments, 0 as by chance"))
    ax.set(xlim=(-0.5, last - 0.5), ylim=(last + 0.5, 0.5), xticks=range(last), xticklabels=label[:-1],
           yticks=range(1, last + 1), yticklabels=label[1:], xlabel=axis_label(below, narrow))
    ax.tick_params(length=0, labelsize=8.5 if narrow else 10)
    for side in ax.spines.values():
        side.set_visible(False)
    return ax


def _square(x, y, colour, strength):
    from matplotlib.patches import Rectangle

    return Rectangle((x - 0.46, y - 0.46), 0.92, 0.92, facecolor=colour, alpha=strength, edgecolor="white")


def describe_agreement(agreement, words) -> str:
    """Each pair in words."""
    pairs = "; ".join(words(N_("{first:word} and {second:word} {value:2}"), first=METHODS.get(r.first, r.first),
                            second=METHODS.get(r.second, r.second), value=r.value)
                      for r in agreement.itertuples() if r.value == r.value)
    return words(N_("Agreement of the segments (adjusted Rand index): {pairs}."), pairs=pairs or "–")


def plot_explained(methods, *, words, ax=None, narrow=False):
    """What share of the criterion each method's segments explain, with their number.

    Parameters
    ----------
    methods : DataFrame
        method, explained_share, explained_held_back, n_segments of the step's table ``methods``.
    """
    known = methods[methods["explained_share"].notna()]
    ax = ax or new_axes(narrow, height=0.5 * len(known) + 1.2)
    top = max(float(known["explained_share"].max()) if len(known) else 0.0, 0.01)
    for y, row in enumerate(known.itertuples()):
        ax.barh(y, row.explained_share, height=0.55, color=BLUE, alpha=0.3, gid=f"explained:{row.method}")
        if row.explained_held_back == row.explained_held_back:
            ax.barh(y, max(row.explained_held_back, 0.0), height=0.27, color=BLUE, alpha=0.95, gid=f"held_back:{row.method}")
        ax.text(row.explained_share + 0.015 * top, y, words(N_("{share:%}; segments: {n}"), share=row.explained_share,
                                                            n=int(row.n_segments)), va="center", fontsize=9, color=INK)
    ax.set(xlim=(0, top * (2.1 if narrow else 1.5)), ylim=(len(known) - 0.4, -0.6), yticks=range(len(known)), xticks=[],
           yticklabels=[words(METHODS.get(name, name)) for name in known["method"]],
           xlabel=axis_label(words(N_("Explained share: pale where grown, dark on customers held back")), narrow))
    ax.tick_params(axis="y", length=0)
    return ax


def describe_explained(methods, words) -> str:
    """Each method's explained share in words."""
    rows = "; ".join(words(N_("{method:word} {share:%} (segments: {n})"), method=METHODS.get(r.method, r.method),
                           share=r.explained_share, n=int(r.n_segments))
                     for r in methods[methods["explained_share"].notna()].itertuples())
    return words(N_("Share explained: {rows}."), rows=rows or "–")
