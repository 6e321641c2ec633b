"""The reading of page 02e: who depends on whom, who is about to leave, and how far to trust it."""

from __future__ import annotations

from svcnb.i18n import N_

FEW = 30  # customers below which shares are said to be doubtful
DOUBTFUL = 0.2  # of the customers near the cut, from which on it is said


def read_relations(result, tables, words) -> str:
    """Number, comparison and caution for the customers that the page shows (all or one group).

    Parameters
    ----------
    result : StepResult of relations
    tables : the page's tables for the chosen group
    words : svcnb.i18n.Words
    """
    sentences = [_few(tables, words), _depends(tables, words), _leaves(tables, words), _doubt(tables, words)]
    return " ".join(sentence for sentence in sentences if sentence)


def _few(tables, words) -> str:
    n = max((int(tables[name]["n"].sum()) for name in ("relationships", "rfm_classes") if len(tables[name])), default=0)
    return words(N_("Only {n} customers: a share says little."), n=n) if 0 < n < FEW else ""


def _depends(tables, words) -> str:
    rows = tables["relationships"]
    if not len(rows):
        return words(N_("Who depends on whom is not measured: the customers' dependence on us is not rated."))
    rows = rows.set_index("relationship")
    hostage, both, power = (rows.loc[code] for code in ("hostage", "high_interdependence", "drunk_with_power"))
    values = {"n": int(hostage["n"]), "all": int(rows["n"].sum()), "both": int(both["n"]), "power": int(power["n"])}
    if hostage["share_revenue"] != hostage["share_revenue"]:
        return words(N_("{n} of {all} customers hold us hostage: we need them more than they need us. With {both} the need is "
                        "mutual, {power} need us and we hardly need them."), **values)
    return words(N_("{n} of {all} customers hold us hostage, and they bring {share:%} of the revenue; with {both} the need is "
                    "mutual ({mutual:%}), {power} need us and we hardly need them ({weak:%})."), **values,
                 share=float(hostage["share_revenue"]), mutual=float(both["share_revenue"]), weak=float(power["share_revenue"]))


def _leaves(tables, words) -> str:
    rows = tables["rfm_classes"]
    if not len(rows):
        return words(N_("Who is about to leave is not measured: there are no dated orders."))
    rows = rows.set_index("rfm_class")
    risk, lost, best = (rows.loc[code] for code in ("at_risk", "lost", "champion"))
    if risk["share_value"] != risk["share_value"]:
        return words(N_("{risk} of {n} customers used to order and have not lately, {lost} seem lost."), risk=int(risk["n"]),
                     n=int(rows["n"].sum()), lost=int(lost["n"]))
    return words(N_("{risk} of {n} customers used to order and have not lately ({share:%} of the value), {lost} seem lost "
                    "({gone:%}); {best} champions bring {most:%}."), risk=int(risk["n"]), n=int(rows["n"].sum()),
                 share=float(risk["share_value"]), lost=int(lost["n"]), gone=float(lost["share_value"]), best=int(best["n"]),
                 most=float(best["share_value"]))


def _doubt(tables, words) -> str:
    matrix = tables["matrix"]
    if not len(matrix):
        return ""
    n, near = int(matrix["n"].sum()), int(matrix.loc[matrix["borderline"].astype(bool), "n"].sum())
    return words(N_("{near} of {n} lie near the cut: one step in a rating would move them."), near=near, n=n) \
        if n and near / n >= DOUBTFUL else ""
