"""Decisions of step 2 that tests support: merge groups, split segments, redesign cells, confront the experts' segments."""

from svcnb.methods.grouping.cells import ADVICE, Cells, cross_classify
from svcnb.methods.grouping.confrontation import Confrontation, confront
from svcnb.methods.grouping.differences import Merges, Splits, compare_pairs, propose_merges, propose_splits

__all__ = ["ADVICE", "Cells", "Confrontation", "Merges", "Splits", "compare_pairs", "confront", "cross_classify",
           "propose_merges", "propose_splits"]
