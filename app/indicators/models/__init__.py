"""Tables of indicators."""

from app.indicators.models.frameworks import Criterion, EnteredValue, Framework, Target
from app.indicators.models.measures import FigureRule, Measure, MeasureVersion, Status
from app.indicators.models.periods import ReportingPeriod, Return, ReturnState, ReturnValue
from app.indicators.models.reports import PreparedFigures, Report

__all__ = [
    "Criterion",
    "EnteredValue",
    "FigureRule",
    "Framework",
    "Measure",
    "MeasureVersion",
    "PreparedFigures",
    "Report",
    "ReportingPeriod",
    "Return",
    "ReturnState",
    "ReturnValue",
    "Status",
    "Target",
]
