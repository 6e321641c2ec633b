"""Waiting lines: from observed arrivals to the number of servers (step 5, S2:L313-322).

``solve`` answers one model, ``size_servers`` finds the staff for a goal, ``from_observations`` and
``from_counts`` turn what was seen at the counter into rates by the hour, ``required_observations``
says whether the time study is long enough.
"""

from svcnb.methods.queueing.distributions import check_exponential, check_poisson, required_observations
from svcnb.methods.queueing.models import MODELS, Queue, least_servers, solve
from svcnb.methods.queueing.observations import ObservedQueue, from_counts, from_observations
from svcnb.methods.queueing.sizing import RULES, Staffing, size_servers

__all__ = [
    "MODELS", "RULES", "ObservedQueue", "Queue", "Staffing", "check_exponential", "check_poisson",
    "from_counts", "from_observations", "least_servers", "required_observations", "size_servers", "solve",
]
