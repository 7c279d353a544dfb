"""Tables of indicators."""

from app.indicators.models.frameworks import Criterion, EnteredValue, Framework, Target
from app.indicators.models.measures import FigureRule, Measure, MeasureVersion, Status
from app.indicators.models.paper import PaperActivity, PaperChange, PaperRow
from app.indicators.models.periods import Party, ReportingPeriod, Return, ReturnState, ReturnValue
from app.indicators.models.reports import OfficeForm, PreparedFigures, RefusedFreeze, Report

__all__ = [
    "Criterion",
    "EnteredValue",
    "FigureRule",
    "Framework",
    "Measure",
    "MeasureVersion",
    "OfficeForm",
    "PaperActivity",
    "PaperChange",
    "PaperRow",
    "Party",
    "PreparedFigures",
    "RefusedFreeze",
    "Report",
    "ReportingPeriod",
    "Return",
    "ReturnState",
    "ReturnValue",
    "Status",
    "Target",
]
