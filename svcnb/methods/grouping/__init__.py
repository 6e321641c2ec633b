"""Decisions of step 2 that tests support: merge groups, split segments, redesign cells, confront the experts' segments."""

from svcnb.methods.grouping.cells import ADVICE, Cells, cross_classify
from svcnb.methods.grouping.confrontation import Confrontation, confront
from svcnb.methods.grouping.differences import Merges, Splits, compare_pairs, propose_merges, propose_splits
from svcnb.methods.grouping.partings import Parting, count_bins, nearest_cut, part_bins

__all__ = ["ADVICE", "Cells", "Confrontation", "Merges", "Parting", "Splits", "compare_pairs", "confront", "count_bins",
           "cross_classify", "nearest_cut", "part_bins", "propose_merges", "propose_splits"]
