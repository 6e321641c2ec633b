"""Strategy of the service: life cycle, viability, erosion of the share, levels to win, evolution of the needs."""

from svcnb.methods.strategy.evolution import Evolution, compare_evolution
from svcnb.methods.strategy.levels import WinningLevels, levels_to_win
from svcnb.methods.strategy.life_cycle import EMPHASIS, StageProposals, propose_by_stage
from svcnb.methods.strategy.money import Erosion, Viability, simulate_erosion, viability

__all__ = [
    "EMPHASIS", "Erosion", "Evolution", "StageProposals", "Viability", "WinningLevels", "compare_evolution",
    "levels_to_win", "propose_by_stage", "simulate_erosion", "viability",
]
