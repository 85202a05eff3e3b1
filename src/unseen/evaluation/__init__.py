"""The main job: a plan becomes a run at rest, and runs become a report. Ties the other rooms together."""

from unseen.evaluation._compare import compare
from unseen.evaluation._duel import Duelled, duel
from unseen.evaluation._evaluate import evaluate
from unseen.evaluation._gain import gain
from unseen.evaluation._planning import FamilyForecast, Forecast, Goal, ModelForecast, forecast
from unseen.evaluation._precedent import Amount
from unseen.evaluation._report import report
from unseen.evaluation._run_folder import RunFolder
from unseen.evaluation._scaling import Scaling, parse_compute, scaling, scaling_report

__all__ = [
    "Amount",
    "Duelled",
    "FamilyForecast",
    "Forecast",
    "Goal",
    "ModelForecast",
    "RunFolder",
    "Scaling",
    "compare",
    "duel",
    "evaluate",
    "forecast",
    "gain",
    "parse_compute",
    "report",
    "scaling",
    "scaling_report",
]
