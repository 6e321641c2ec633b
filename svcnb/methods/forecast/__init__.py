"""Forecasts of the demand: choose a method, forecast with an interval, measure the errors (method.md 5.2)."""

from svcnb.methods.forecast.accuracy import Accuracy, measure_accuracy
from svcnb.methods.forecast.choice import (
           CRITERIA,
           MODELS,
           NAMES,
           SCORES,
           WEIGHTS,
           Forecast,
           choose,
           score_methods,
)
from svcnb.methods.forecast.models import holt, moving_average, naive, seasonal_naive, smooth, trend

__all__ = ["CRITERIA", "MODELS", "NAMES", "SCORES", "WEIGHTS", "Accuracy", "Forecast", "choose", "holt", "measure_accuracy",
           "moving_average", "naive", "score_methods", "seasonal_naive", "smooth", "trend"]
