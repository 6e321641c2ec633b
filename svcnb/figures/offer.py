"""The contract grid: laboriousness up, delivery terms across, groups as dots in their cell."""

from __future__ import annotations

from svcnb.figures.labels import axis_label, short_lines
from svcnb.figures.style import BLUE, GREY, INK, PALE, new_axes
from svcnb.i18n import N_
from svcnb.methods.matrices.package import CONTRACTS, LABORIOUSNESS, TERMS

LEVELS = {"low": N_("low"), "medium": N_("medium"), "high": N_("high")}


def plot_contract(offers, *, words, ax=None, narrow=False):
    """Groups in the 3 x 3 grid of contract forms; a cell with a group is tinted, a form chosen by people has a ring.

    Parameters
    ----------
    offers : DataFrame
        The step's table of this name: group_id, name, laboriousness_class, term_class, contract_form,
        contract_proposed.
    """
    ax = ax or new_axes(narrow, height=4.6 if narrow else 4.2)
    placed = _placed(offers)
    columns = list(TERMS)
    for x, terms in enumerate(columns):
        for y, row in enumerate(LABORIOUSNESS):
            inside = placed[(placed["term_class"] == terms) & (placed["laboriousness_class"] == row)]
            ax.fill_between([x, x + 1], y, y + 1, color=PALE if len(inside) else "none", zorder=0)
            form = short_lines(words(CONTRACTS[y][x][1]), *((16, 5) if narrow else (30, 3)))
            ax.text(x + 0.04, y + 0.95, form, ha="left", va="top",
                    fontsize=8 if narrow else 8.5, color="#52606D")
            for i, group in enumerate(inside.itertuples()):
                at = (x + 0.12, y + 0.12 + 0.16 * i)
                other = group.contract_form != group.contract_proposed
                ax.scatter(*at, s=46, color="white" if other else BLUE, edgecolor=BLUE, linewidth=1.5, zorder=3,
                           gid=group.group_id)
                label = short_lines(words(str(group.name)), 11 if narrow else 26, 1)
                ax.annotate(label, at, xytext=(7, 0), textcoords="offset points", va="center",
                            fontsize=8 if narrow else 9, color=INK)
    for line in (1, 2):
        ax.axhline(line, color=GREY, linewidth=1)
        ax.axvline(line, color=GREY, linewidth=1)
    ax.set(xlim=(0, 3), ylim=(0, 3), xticks=[0.5, 1.5, 2.5], yticks=[0.5, 1.5, 2.5],
           xlabel=words(N_("Delivery terms: who is responsible")), ylabel=words(N_("Laboriousness of the service")))
    ax.set_xticklabels([short_lines(words(TERMS[name]), 15 if narrow else 30, 3) for name in columns],
                       fontsize=8 if narrow else 10)
    ax.set_yticklabels([words(LEVELS[name]) for name in LABORIOUSNESS], rotation=90, va="center")
    ax.tick_params(length=0)
    return ax


def plot_price(offers, *, words, ax=None, narrow=False):
    """Price corridor of each group: cost to serve, price, and the bounds allowed, each as a share of the price."""
    rows = offers[offers["price"].notna() & (offers["price"] > 0)].iloc[::-1]
    ax = ax or new_axes(narrow, height=max(2.0, 0.6 * len(rows) + 1.2))
    if rows.empty:
        ax.set_axis_off()
        ax.text(0.5, 0.5, words(N_("No price is known yet.")), ha="center", va="center", transform=ax.transAxes)
        return ax
    for y, row in enumerate(rows.itertuples()):
        marks = [(value / row.price, mark, colour) for value, mark, colour in (
            (row.floor, "|", GREY), (row.cap, "|", GREY), (row.cts, "s", INK), (row.price, "o", BLUE)) if value == value]
        ax.plot([min(m[0] for m in marks), max(m[0] for m in marks)], [y, y], color="#C3CCD6", linewidth=2, zorder=1)
        for at, mark, colour in marks:
            ax.scatter([at], [y], marker=mark, s=70, color=colour, zorder=3)
        ax.annotate(words.money(row.price, 2), (1, y), xytext=(0, 8), textcoords="offset points", ha="center",
                    fontsize=9, color=BLUE)
        if row.cts == row.cts:
            ax.annotate(words.money(row.cts, 2), (row.cts / row.price, y), xytext=(0, 8), textcoords="offset points",
                        ha="center", fontsize=9, color=INK)
    ax.margins(x=0.12)
    ax.xaxis.set_major_formatter(lambda share, _: words.percent(share, 0))
    names = [short_lines(words(str(name)), 14 if narrow else 20) for name in rows["name"]]
    ax.set(yticks=range(len(rows)), yticklabels=names, ylim=(-0.5, len(rows) - 0.3),
           xlabel=axis_label(words(N_("Share of the price: square cost to serve, circle price, bars the bounds allowed")
                                   if not narrow else N_("Share of the price: ■ cost, ● price, | bounds")), narrow))
    return ax


def describe_contract(offers, words) -> str:
    """The grid in words."""
    placed = _placed(offers)
    if placed.empty:
        return words(N_("No group can be placed: the form of contract needs the laboriousness of step 2."))
    return " ".join(words(N_("{name:word}: laboriousness {level:word}, terms {terms:word}: {form:word}."),
                          name=row.name, level=row.laboriousness_class,
                          terms=TERMS[row.term_class], form=row.contract_name) for row in placed.itertuples())


def describe_price(offers, words) -> str:
    """The corridor in words."""
    rows = offers[offers["price"].notna()]
    if rows.empty:
        return words(N_("No price is known yet."))
    parts = []
    for row in rows.itertuples():
        parts.append(words(N_("{group}: cost to serve {cts:$2}, price {price:$2}."), group=row.group_id, cts=row.cts,
                           price=row.price))
        if row.floor == row.floor:
            parts.append(words(N_("Lowest allowed {amount:$2}."), amount=row.floor))
        if row.cap == row.cap:
            parts.append(words(N_("Highest allowed {amount:$2}."), amount=row.cap))
    return " ".join(parts)


def _placed(offers):
    return offers[offers["laboriousness_class"].isin(LABORIOUSNESS) & offers["contract_form"].notna()]
