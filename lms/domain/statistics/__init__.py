"""What marks tell about questions, tests and those who marked: item analysis and its like."""

from lms.domain.statistics.analysis import Analysis, Figure, ItemAnalysis, analyse
from lms.domain.statistics.intervals import Interval
from lms.domain.statistics.scores import Column, Item, Scores, collect

__all__ = [
    "Analysis",
    "Column",
    "Figure",
    "Interval",
    "Item",
    "ItemAnalysis",
    "Scores",
    "analyse",
    "collect",
]
