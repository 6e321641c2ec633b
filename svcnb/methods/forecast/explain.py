"""Why a forecasting method was chosen, and where the weighted criteria and the errors disagree (S2:L221)."""

from __future__ import annotations

import numpy as np

from svcnb.errors import Reason, reason
from svcnb.i18n import N_
from svcnb.methods.forecast.criteria import NAMES

SAME = N_("In {n} trials {method:word} erred least ({error:%} of the usual change); the weighted criteria ask for it too, or for "
          "one as good.")
OTHER = N_("In {n} trials {method:word} erred least ({error:%} of the usual change); the weighted criteria would take another, "
           "{other:word} (score {score:2}), which erred {more:%} more.")
MEAN_SAME = N_("In {n} trials these erred least, and too nearly alike to tell apart: {members:word}. Their mean is taken (error "
               "{error:%} of the usual change); one of them, or one as good, is what the weighted criteria ask for.")
MEAN_OTHER = N_("In {n} trials these erred least, and too nearly alike to tell apart: {members:word}. Their mean is taken (error "
                "{error:%} of the usual change); the weighted criteria would take another, {other:word} (score {score:2}), "
                "which erred {more:%} more.")
CHOSEN = N_("{method:word} was chosen by somebody; in {n} trials it erred {more:%} more than {other:word}.")
UNPROVED = N_("{method:word} was chosen by somebody; there is too little history to try it on the past.")
UNSCORED = N_("In {n} trials {method:word} erred least; none of the methods computed has scores for the weighted criteria.")
UNTRIED = N_("There were too few periods to compare methods: {method:word} is taken for want of anything better.")
PERFECT = N_("In {n} trials {method:word} made no error: nothing could do better.")


def explain_choice(result) -> Reason:
    """One sentence on the winner of ``choose``: how it won, and whether the criteria agree.

    ``trials`` are the one-step forecasts of the small models, or the origins of the engines. The error is MASE, that is
    the mean absolute error over the mean absolute change of the series.

    Parameters
    ----------
    result : a ``Forecast``

    Returns
    -------
    Reason of level info; level warning when the two ways disagree, missing when nothing could be compared

    Examples
    --------
    >>> from svcnb.i18n import words_in
    >>> from svcnb.methods.forecast import choose
    >>> words_in("en").reason(explain_choice(choose([7, 9])))
    'There were too few periods to compare methods: last period is taken for want of anything better.'
    """
    rows = result.methods.set_index("method_id")
    values = {"method": NAMES[result.method], "n": result.n_origins}
    if result.n_origins == 0 or result.method not in rows.index or np.isnan(rows.loc[result.method, "mae"]):
        return reason(UNPROVED if result.is_given else UNTRIED, level="missing", method=values["method"])
    measure = "rmse" if result.pattern in ("intermittent", "lumpy") else "mae"  # what decided
    own = float(rows.loc[result.method, measure])
    if own <= 1e-9 * max(1.0, abs(float(result.ahead["value"].iloc[0]))):
        return reason(PERFECT, level="info", **values)
    least = rows[measure].drop("mean_of_best", errors="ignore").idxmin()
    if result.is_given and least != result.method:
        return reason(CHOSEN, other=NAMES.get(least, least), more=own / max(float(rows.loc[least, measure]), 1e-300) - 1,
                      **values)
    if not result.by_criteria:
        return reason(UNSCORED, level="info", **values)
    error = rows.loc[result.method, "mase"]
    values["error"] = None if np.isnan(error) else float(error)
    several = len(result.members) > 1
    if several:
        values = {"members": [NAMES[name] for name in result.members], **{k: values[k] for k in ("n", "error")}}
    if result.agree:
        return reason(MEAN_SAME if several else SAME, level="info", **values)
    other = float(rows.loc[result.by_criteria, measure])
    return reason(MEAN_OTHER if several else OTHER, other=NAMES.get(result.by_criteria, result.by_criteria),
                  score=float(rows.loc[result.by_criteria, "score"]), more=other / own - 1, **values)
