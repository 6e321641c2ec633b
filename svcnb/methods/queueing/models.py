"""Waiting-line models of step 5: waits, length of the line and use of the servers.

The seed chooses the model "según la población de clientes, números de canales, disciplina del
servicio, llegadas y tiempos de servicio [KOTLER, p. 329]" (S2:L314; method 7.11). Formulas: Hillier
and Lieberman, *Introduction to Operations Research*, queueing theory; Erlang A after Palm (1957);
G/G/s after Allen and Cunneen (Allen, *Probability, Statistics and Queueing Theory*, 1990).
Every time is in the unit of time of the two rates.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, gammainc, gammaln, logsumexp, pdtr

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_

STATES_MAX = 2_000_000  # longest state distribution kept in memory
CODES = {  # models that people name by a shorter sign, and what they fix
    "M/M/1": ("M/M/s", {"servers": 1}), "M/M/1/K": ("M/M/s/K", {"servers": 1}),
    "M/M/1//N": ("M/M/s//N", {"servers": 1}), "M/D/1": ("G/G/s", {"servers": 1, "ca2": 1.0, "cs2": 0.0}),
    "M/G/1": ("G/G/s", {"servers": 1, "ca2": 1.0}), "M/D/s": ("G/G/s", {"ca2": 1.0, "cs2": 0.0}),
    "M/G/s": ("G/G/s", {"ca2": 1.0}),
}


@dataclass(frozen=True, eq=False)
class Queue:
    """A waiting line in steady state.

    ``utilisation`` share of the servers' time that is busy; ``p_wait`` share of the admitted
    customers who find every server busy; ``mean_wait`` time in the line, ``mean_time`` time in the
    line and in service; ``mean_queue`` customers waiting, ``mean_number`` waiting or being served;
    ``offered_load`` arrival rate / service rate (erlangs); ``effective_rate`` customers served per
    unit of time; ``p_loss`` share turned away because the places are taken; ``p_abandon`` share that
    leaves before being served. ``p0`` share of time with nobody there and ``probabilities`` (share of
    time with 0, 1, 2 ... customers) are None where they are not known.
    """

    model: str
    arrival_rate: float
    service_rate: float
    servers: int
    offered_load: float
    utilisation: float
    p0: float | None
    p_wait: float
    mean_wait: float
    mean_queue: float
    mean_number: float
    mean_time: float
    effective_rate: float
    wait_tail: Callable[[float], float]
    time_tail: Callable[[float], float] | None = None
    served: Callable[[float], float] | None = None
    p_loss: float = 0.0
    p_abandon: float = 0.0
    probabilities: np.ndarray | None = None
    warnings: tuple[Reason, ...] = ()

    def p_wait_over(self, t):
        """Probability that an admitted customer is in the line longer than ``t`` (number or array).

        In M/M/s+M whoever leaves stops waiting; ``p_served_within`` counts only who was served.
        """
        return _at(t, self.wait_tail)

    def p_time_over(self, t):
        """Probability that line and service together last longer than ``t`` (number or array).

        Raises NotComputable in G/G/s and M/M/s+M, where no formula is implemented.
        """
        if self.time_tail is None:
            raise NotComputable(
                N_("The distribution of the time in the system is not known for the model {model}."),
                fallback=N_("Use the mean time in the system, or the distribution of the wait."), model=self.model)
        return _at(t, self.time_tail)

    def p_served_within(self, t):
        """Probability that an arriving customer is admitted and its service starts within ``t``."""
        served = self.served or (lambda x: (1 - self.p_loss) * (1 - self.wait_tail(x)))
        return _at(t, served)


def solve(model: str, *, arrival_rate, service_rate, servers=None, capacity=None, population=None, patience=None,
          ca2=None, cs2=None) -> Queue:
    """Solve one waiting-line model.

    Parameters
    ----------
    model : str
        ``M/M/s``; ``M/M/s/K`` (``capacity`` = places in line and service together, any rates);
        ``M/M/s//N`` (``population``; ``arrival_rate`` is then that of each customer who is away);
        ``M/M/s+M`` (``patience`` = mean time a customer is ready to wait, any rates);
        ``G/G/s`` (``ca2``, ``cs2`` = variance / mean² of the times between arrivals and of the
        service times). Shorter signs: ``M/M/1 M/M/1/K M/M/1//N M/D/1 M/G/1 M/D/s M/G/s``.
    arrival_rate, service_rate : float > 0
        Customers per unit of time: arriving, and served by one busy server.
    servers : int >= 1
        1 when not given.

    Returns
    -------
    Queue

    Raises
    ------
    ParameterError
        Unknown model; a missing, superfluous or impossible parameter.
    NotComputable
        The arrivals keep all servers busy or more (rho >= 1): the line grows without end; the text
        says how many servers are needed at least.

    References
    ----------
    S2:L313-322; method 7.11.5. G/G/s: ``Wq = Wq(M/M/s) (ca2 + cs2) / 2`` (Allen-Cunneen), exact for
    M/G/1 (Pollaczek-Khinchine); its tail ``P(Wq > t) = C exp(-C t / Wq)`` matches share and mean only.

    Examples
    --------
    >>> line = solve("M/M/s", arrival_rate=2, service_rate=3, servers=2)
    >>> round(line.p_wait, 5), round(line.mean_wait, 6), round(line.p_wait_over(0.5), 5)
    (0.16667, 0.041667, 0.02256)
    """
    general, fixed = CODES.get(model, (model, {})) if isinstance(model, str) else (None, {})
    if general not in MODELS:
        raise ParameterError(N_("There is no waiting-line model {model}; models are {models}."), model=str(model),
                             models=", ".join([*MODELS, *CODES]))
    rule, needed = MODELS[general]
    given = {"servers": servers, "capacity": capacity, "population": population, "patience": patience,
             "ca2": ca2, "cs2": cs2}
    given = {name: value for name, value in given.items() if value is not None}
    for name, value in fixed.items():
        if name in given and given[name] != value:
            raise ParameterError(N_("The model {model} fixes {parameter} at {fixed}; {value} contradicts it."),
                                 model=model, parameter=name, fixed=value, value=given[name])
    given = {"servers": 1, **given, **fixed}
    for name in needed:
        if name not in given:
            raise ParameterError(N_("The model {model} needs {parameter}."), model=model, parameter=name)
    for name in given:
        if name not in needed and name != "servers":
            raise ParameterError(N_("The model {model} does not use {parameter}."), model=model, parameter=name)
    rates = (_number("arrival_rate", arrival_rate), _number("service_rate", service_rate))
    values = {name: CHECKS[name](name, value) for name, value in given.items()}
    return rule(model, *rates, **values)


def erlang_c(load: float, servers: int) -> float:
    """Share of customers who must wait in M/M/s (load < servers), by the recursion that cannot overflow."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked / (1 - load / servers * (1 - blocked))


def least_servers(load: float) -> int:
    """The smallest number of servers that keeps the line from growing without end."""
    return math.floor(load * (1 + 1e-12)) + 1


def _mms(model, rate, mu, servers) -> Queue:
    load = rate / mu
    _require_stable(load, servers)
    rho, wait, spare = load / servers, erlang_c(load, servers), servers * mu - rate
    queue = wait * rho / (1 - rho)
    gap = servers - 1 - load
    n = np.arange(servers)
    log_full = servers * math.log(load) - gammaln(servers + 1) - math.log1p(-rho)
    p0 = math.exp(-logsumexp(np.append(n * math.log(load) - gammaln(n + 1), log_full)))

    def time_tail(t):
        if abs(gap) < 1e-6:
            return math.exp(-mu * t) * (1 + wait * mu * t)
        return math.exp(-mu * t) + wait * (math.exp(-mu * t) - math.exp(-spare * t)) / gap

    return Queue(model, rate, mu, servers, load, rho, p0, wait, queue / rate, queue, queue + load,
                 queue / rate + 1 / mu, rate, wait_tail=lambda t: wait * math.exp(-spare * t), time_tail=time_tail)


def _mmsk(model, rate, mu, servers, capacity) -> Queue:
    if capacity < servers:
        raise ParameterError(N_("The places ({capacity}) count the customers being served too; with {servers} servers "
                                "there are at least {servers}."), capacity=capacity, servers=servers)
    n = np.arange(capacity + 1)
    p = _shares(n * math.log(rate / mu) - _log_service(n, servers))
    loss = float(p[-1])
    seen = p[:-1] / (1 - loss) if loss < 1 else p[:-1]
    return _from_states(model, rate, mu, servers, p, seen, p_loss=loss)


def _finite(model, rate, mu, servers, population) -> Queue:
    n = np.arange(population + 1)
    ways = gammaln(population + 1) - gammaln(population - n + 1)
    p = _shares(ways + n * math.log(rate / mu) - _log_service(n, servers))
    away = (population - n) * p  # who arrives is one of those away
    return _from_states(model, rate, mu, servers, p, (away / away.sum())[:-1])


def _patient(model, rate, mu, servers, patience) -> Queue:
    theta, load = 1 / patience, rate / mu
    n = np.arange(servers + 1)
    log_p = n * math.log(load) - gammaln(n + 1)
    beyond = max(0.0, (2 * rate - servers * mu) / theta) + 200  # from there every next state is half as likely
    if load < servers:
        beyond = min(beyond, 60 / -math.log(load / servers) + 200)
    if beyond > STATES_MAX:
        raise NotComputable(N_("Customers wait so long before they leave that the line has more than {states} states."),
                            fallback=N_("Use the model M/M/s with more servers, or M/M/s/K with the places there are."),
                            states=STATES_MAX)
    j = np.arange(1, int(beyond) + 1)
    tail = log_p[-1] + np.cumsum(math.log(rate) - np.log(servers * mu + j * theta))
    p = _shares(np.concatenate([log_p, tail]))
    full = p[servers:]
    ahead = np.arange(len(full))
    queue, busy = float(ahead @ full), float(np.minimum(np.arange(len(p)), servers) @ p)
    a = servers * mu / theta  # exp(-theta * wait of the k-th in line) is Beta(a, k + 1)

    def wait_tail(t):
        x = math.exp(-theta * t)
        return float(x * (full @ betainc(a, ahead + 1.0, x)))

    def served(t):
        x = math.exp(-theta * t)
        start = a / (a + ahead + 1.0) * (1 - betainc(a + 1, ahead + 1.0, x))
        return float(p[:servers].sum() + full @ start)

    return Queue(model, rate, mu, servers, load, busy / servers, float(p[0]), float(full.sum()), queue / rate, queue,
                 queue + busy, (queue + busy) / rate, busy * mu, wait_tail=wait_tail, served=served,
                 p_abandon=theta * queue / rate, probabilities=p)


def _ggs(model, rate, mu, servers, ca2, cs2) -> Queue:
    base = _mms("M/M/s", rate, mu, servers)
    factor = (ca2 + cs2) / 2
    wait = base.mean_wait * factor
    share = base.p_wait if factor > 0 else 0.0

    def wait_tail(t):
        return 0.0 if wait == 0 else share * math.exp(-share * t / wait)

    warnings = ()
    if servers > 1 or ca2 != 1:
        warnings = (reason(N_("G/G/s is an approximation (Allen and Cunneen): compare it with the waits observed."),
                           level="info"),)
    return Queue(model, rate, mu, servers, base.offered_load, base.utilisation, None, share, wait, rate * wait,
                 rate * wait + base.offered_load, wait + 1 / mu, rate, wait_tail=wait_tail, warnings=warnings)


def _from_states(model, rate, mu, servers, p, seen, p_loss=0.0) -> Queue:
    """A queue from its state shares ``p`` and from those that an admitted arrival finds (``seen``)."""
    states = np.arange(len(p))
    effective = mu * float(np.minimum(states, servers) @ p)  # what is served is what came in
    number, queue = float(states @ p), float(np.maximum(states - servers, 0) @ p)
    waiting = seen[servers:]
    ahead = np.arange(len(waiting))

    def wait_tail(t):
        return float(waiting @ pdtr(ahead, servers * mu * t)) if len(waiting) else 0.0

    def time_tail(t):
        alone = math.exp(-mu * t) * float(seen[:servers].sum())
        if not len(waiting):
            return alone
        if servers == 1:
            return alone + float(waiting @ pdtr(ahead + 1, mu * t))
        with np.errstate(divide="ignore"):
            log_served = np.log(gammainc(ahead + 1.0, (servers - 1) * mu * t))
        started = np.exp((ahead + 1) * math.log(servers / (servers - 1)) - mu * t + log_served)
        return alone + float(waiting @ (pdtr(ahead, servers * mu * t) + started))

    return Queue(model, rate, mu, servers, rate / mu, effective / (servers * mu), float(p[0]),
                 min(1.0, float(waiting.sum())), queue / effective, queue, number, number / effective, effective,
                 wait_tail=wait_tail, time_tail=time_tail, p_loss=p_loss, probabilities=p)


def _log_service(n, servers):
    """log of n! up to ``servers`` and of s! s^(n-s) above: what the states' weights are divided by."""
    inside = np.minimum(n, servers)
    return gammaln(inside + 1) + (n - inside) * math.log(servers)


def _shares(log_weights):
    weights = np.exp(log_weights - log_weights.max())
    return weights / weights.sum()


def _require_stable(load: float, servers: int) -> None:
    if servers < least_servers(load):
        raise NotComputable(
            N_("The arrivals keep {load:2} servers busy and there are {servers}: the line grows without end. At least "
               "{least} servers are needed."),
            fallback=N_("Add servers, shorten the service, or use a model with limited places or limited patience."),
            load=load, servers=servers, least=least_servers(load))


def _at(t, tail):
    """A tail at one time or at each time of an array."""
    if np.ndim(t):
        return np.array([_at(x, tail) for x in np.asarray(t).ravel()]).reshape(np.shape(t))
    t = float(t)
    if not t >= 0:
        raise ParameterError(N_("A waiting time must be 0 or more, not {value}."), value=t)
    return float(np.clip(tail(t), 0.0, 1.0)) if math.isfinite(t) else float(np.clip(tail(1e300), 0.0, 1.0))


def _number(name, value, low=0.0, strict=True) -> float:
    good = isinstance(value, (int, float, np.number)) and not isinstance(value, (bool, np.bool_))
    if not good or not math.isfinite(value) or value < low or (strict and value == low):
        template = (N_("{parameter} must be a number greater than {low}, not {value}.") if strict
                    else N_("{parameter} must be a number of at least {low}, not {value}."))
        raise ParameterError(template, parameter=name, low=low, value=str(value))
    return float(value)


def _whole(name, value) -> int:
    number = _number(name, value, 1, strict=False)
    if number != int(number) or number > STATES_MAX:
        raise ParameterError(N_("{parameter} must be a whole number from 1 to {high}, not {value}."), parameter=name,
                             high=STATES_MAX, value=str(value))
    return int(number)


CHECKS = {"servers": _whole, "capacity": _whole, "population": _whole, "patience": _number,
          "ca2": lambda name, value: _number(name, value, strict=False),
          "cs2": lambda name, value: _number(name, value, strict=False)}
MODELS = {  # sign: (rule, the parameters it needs beside the rates and the servers)
    "M/M/s": (_mms, ()), "M/M/s/K": (_mmsk, ("capacity",)), "M/M/s//N": (_finite, ("population",)),
    "M/M/s+M": (_patient, ("patience",)), "G/G/s": (_ggs, ("ca2", "cs2")),
}
