"""Forecasts of the demand: choose a method, forecast with an interval, measure the errors (method.md 5.2)."""

from svcnb.methods.forecast.accuracy import Accuracy, measure_accuracy
from svcnb.methods.forecast.choice import MODELS, Forecast, choose
from svcnb.methods.forecast.criteria import (
    CRITERIA,
    ENGINE_SCORES,
    NAMES,
    SCORES,
    WEIGHTS,
    score_methods,
)
from svcnb.methods.forecast.delphi import Delphi, follow_delphi
from svcnb.methods.forecast.engines import ENGINES, Fitted, fit_model
from svcnb.methods.forecast.explain import explain_choice
from svcnb.methods.forecast.hierarchy import Reconciled, reconcile
from svcnb.methods.forecast.intermittent import PATTERNS, Pattern, classify_demand
from svcnb.methods.forecast.many import QUICK, ManyForecasts, choose_many
from svcnb.methods.forecast.models import holt, moving_average, naive, seasonal_naive, smooth, trend
from svcnb.methods.forecast.qualitative import (
    JUSTER,
    Judgement,
    follow_analogy,
    judge,
    project_test,
    sum_sellers,
    survey_intentions,
)
from svcnb.methods.forecast.rolling import Rolled, forecast_by_origins

__all__ = ["CRITERIA", "ENGINES", "ENGINE_SCORES", "JUSTER", "MODELS", "NAMES", "PATTERNS", "QUICK", "SCORES", "WEIGHTS",
           "Accuracy", "Delphi", "Fitted", "Forecast", "Judgement", "ManyForecasts", "Pattern", "Reconciled", "Rolled",
           "choose", "choose_many", "classify_demand", "explain_choice", "fit_model", "follow_analogy", "follow_delphi",
           "forecast_by_origins", "holt", "judge", "measure_accuracy", "moving_average", "naive", "project_test",
           "reconcile", "score_methods", "seasonal_naive", "smooth", "sum_sellers", "survey_intentions", "trend"]
