"""Pattern of a demand with empty periods, and the methods that suit it.

Syntetos, A. A., Boylan, J. E. and Croston, J. D. (2005), On the categorization of demand patterns, *J. Oper. Res. Soc.*
56, 495-503: the mean interval between demands (ADI, cut 1.32) and the squared coefficient of variation of their sizes
(CV2, cut 0.49).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svcnb.errors import NotComputable, ParameterError
from svcnb.i18n import N_

ADI_CUT, CV2_CUT = 1.32, 0.49
PATTERNS = {"smooth": N_("smooth"), "erratic": N_("erratic"), "intermittent": N_("intermittent"), "lumpy": N_("lumpy")}


@dataclass(frozen=True, eq=False)
class Pattern:
    """``name`` smooth, erratic, intermittent or lumpy; ``adi`` periods per demand; ``cv2`` of the sizes (None below two
    demands); ``n`` periods, ``n_demands`` those with a demand."""

    name: str
    adi: float
    cv2: float | None
    n: int
    n_demands: int

    @property
    def is_intermittent(self) -> bool:
        """True when empty periods are so frequent that size and interval are forecast apart."""
        return self.name in ("intermittent", "lumpy")


def classify_demand(demand) -> Pattern:
    """Classify a series by how often and how evenly there is demand.

    ``ADI = periods / periods with demand``; ``CV2 = (s / mean)^2`` of the demands that are not 0, s with n - 1. On a cut
    (ADI = 1.32, CV2 = 0.49) the more difficult class is taken; one demand alone has no spread and counts as even.

    Raises
    ------
    ParameterError
        a demand is no number that is not negative
    NotComputable
        nothing was ever demanded

    Examples
    --------
    >>> found = classify_demand([0, 0, 3, 0, 0, 3, 0, 0, 3])
    >>> found.name, found.adi, found.cv2
    ('intermittent', 3.0, 0.0)
    """
    y = np.asarray(demand, dtype=float)
    if not np.isfinite(y).all() or (y < 0).any():
        raise ParameterError(N_("A demand pattern is told from numbers that are not negative, without gaps."))
    sizes = y[y > 0]
    if len(sizes) == 0:
        raise NotComputable(N_("Nothing was demanded in {n} periods: there is no pattern."), n=len(y))
    adi = len(y) / len(sizes)
    cv2 = float((sizes.std(ddof=1) / sizes.mean()) ** 2) if len(sizes) > 1 else None
    rare, uneven = adi >= ADI_CUT - 1e-9, cv2 is not None and cv2 >= CV2_CUT - 1e-9
    name = ("lumpy" if uneven else "intermittent") if rare else "erratic" if uneven else "smooth"
    return Pattern(name, adi, cv2, len(y), len(sizes))
