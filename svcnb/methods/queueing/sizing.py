"""How many servers: the staff of a waiting line for a goal, a mean wait or the least cost.

"La cantidad de trabajadores está en función de los tiempos de espera de los clientes" (S2:L313);
rules (i) to (iii) of method 7.11.5, always with the servers busy at most ``rho_max`` of their time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from svcnb.errors import NotComputable, ParameterError, Reason, reason
from svcnb.i18n import N_
from svcnb.methods.queueing.models import CHECKS, CODES, Queue, _number, least_servers, solve

RULES = {
    "probability": ("goal_wait", "goal_probability"),
    "mean_wait": ("max_mean_wait",),
    "cost": ("cost_server", "cost_wait"),
}
SERVERS_MAX = 20_000
BEYOND = 3  # rows shown after the chosen one, so that the next servers' worth can be read


@dataclass(frozen=True, eq=False)
class Staffing:
    """The servers chosen and what each number of servers would give.

    ``table``: servers, utilisation, p_wait, mean_wait, mean_queue, p_within_goal (served within the
    goal's time, None without one), cost (per unit of time, None without costs), meets (rule and
    ``rho_max``), chosen. ``queue`` is the solved line of the chosen number; ``payroll`` the people to
    employ for it; ``unstable_below`` the least number that keeps the line finite (1 where any does).
    """

    rule: str
    servers: int
    payroll: int
    queue: Queue
    table: pd.DataFrame
    unstable_below: int
    warnings: tuple[Reason, ...] = ()


def size_servers(rule: str = "probability", *, arrival_rate, service_rate, model: str = "M/M/s", goal_wait=None,
                 goal_probability=None, max_mean_wait=None, cost_server=None, cost_wait=None, rho_max: float = 0.9,
                 shrinkage: float = 0.0, **options) -> Staffing:
    """The number of servers that a rule asks for.

    Parameters
    ----------
    rule : key of ``RULES``
        ``probability``: fewest servers with P(served within ``goal_wait``) >= ``goal_probability``;
        ``mean_wait``: fewest with a mean wait of at most ``max_mean_wait``; ``cost``: least
        ``cost_server * servers + cost_wait * mean number of customers`` per unit of time.
    arrival_rate, service_rate : float > 0
        Customers per unit of time, the second of one busy server.
    model : str
        A sign of ``queueing.solve``; ``options`` are its further parameters (capacity, ca2 ...).
    goal_wait, max_mean_wait, cost_server, cost_wait : float
        In the rates' unit of time, money per unit of time.
    rho_max : float in (0, 1]
        Largest share of time a server may be busy.
    shrinkage : float in [0, 1)
        Breaks and absence: ``payroll = ceil(servers / (1 - shrinkage))``.

    Returns
    -------
    Staffing

    Raises
    ------
    ParameterError
        Unknown rule, or a parameter that it needs is missing or impossible.
    NotComputable
        No number of servers that the model allows meets the rule.

    References
    ----------
    S2:L313; method 7.11.5.

    Examples
    --------
    >>> size_servers("probability", arrival_rate=20, service_rate=5, goal_wait=5 / 60, goal_probability=0.95).servers
    7
    """
    goal = {"goal_wait": goal_wait, "goal_probability": goal_probability, "max_mean_wait": max_mean_wait,
            "cost_server": cost_server, "cost_wait": cost_wait}
    _check(rule, goal, rho_max, shrinkage, model)
    rate, mu = _number("arrival_rate", arrival_rate), _number("service_rate", service_rate)
    options = {name: CHECKS[name](name, value) for name, value in options.items() if value is not None}
    load = rate / mu
    needs_stability = CODES.get(model, (model,))[0] in ("M/M/s", "G/G/s")
    first = least_servers(load) if needs_stability else 1
    most = min(options.get("capacity") or SERVERS_MAX, options.get("population") or SERVERS_MAX, SERVERS_MAX)
    # fewer cannot carry the load that must be served at the largest share of busy time: no need to solve them
    carried = load if needs_stability else load * (goal_probability or 0) if "population" not in options else 0
    first_useful = max(first, math.ceil(carried / rho_max - 1e-9) if needs_stability or rule == "probability" else 1)
    rows, queues, best = [], {}, None
    for servers in range(first, most + 1):
        if best is not None and servers > best + BEYOND:
            break
        if servers < first_useful - BEYOND:  # far too busy: not worth a row
            continue
        queues[servers] = solve(model, arrival_rate=rate, service_rate=mu, servers=servers, **options)
        row = _row(queues[servers], rule, goal, rho_max)
        rows.append(row)
        best = _better(rule, rows, best, row)
    if best is None:
        raise NotComputable(N_("No number of servers up to {most} meets the goal."), most=most,
                            fallback=N_("Ask for less, shorten the service, or allow more places."))
    table = pd.DataFrame(rows)
    table = table[(table["servers"] >= best - 6) & (table["servers"] <= best + BEYOND)].reset_index(drop=True)
    table["chosen"] = table["servers"] == best
    return Staffing(rule, best, math.ceil(best / (1 - shrinkage) - 1e-9), queues[best], table, first,
                    _remarks(queues[best], rule, goal, rho_max))


def _row(queue: Queue, rule, goal, rho_max) -> dict:
    within = None if goal["goal_wait"] is None else queue.p_served_within(goal["goal_wait"])
    cost = None
    if goal["cost_server"] is not None and goal["cost_wait"] is not None:
        cost = goal["cost_server"] * queue.servers + goal["cost_wait"] * queue.mean_number
    meets = queue.utilisation <= rho_max + 1e-9
    if rule == "probability":
        meets = meets and within >= goal["goal_probability"] - 1e-9
    elif rule == "mean_wait":
        meets = meets and queue.mean_wait <= goal["max_mean_wait"] + 1e-12
    return {"servers": queue.servers, "utilisation": queue.utilisation, "p_wait": queue.p_wait,
            "mean_wait": queue.mean_wait, "mean_queue": queue.mean_queue, "p_within_goal": within, "cost": cost,
            "meets": bool(meets)}


def _better(rule, rows, best, row):
    """The best number of servers so far: the first that meets, or the cheapest of those that meet."""
    if not row["meets"]:
        return best
    if rule != "cost":
        return row["servers"] if best is None else best
    cheapest = min((r for r in rows if r["meets"]), key=lambda r: (r["cost"], r["servers"]))
    return cheapest["servers"]


def _remarks(queue: Queue, rule, goal, rho_max) -> tuple[Reason, ...]:
    found = list(queue.warnings)
    if queue.p_abandon > 0.05:
        found.append(reason(N_("{share:%} of the customers leave before they are served."), share=queue.p_abandon))
    if queue.p_loss > 0.01:
        found.append(reason(N_("{share:%} of the customers find no place and are turned away."), share=queue.p_loss))
    if rule == "cost" and goal["goal_wait"] is not None and goal["goal_probability"] is not None \
            and queue.p_served_within(goal["goal_wait"]) < goal["goal_probability"]:
        found.append(reason(N_("The cheapest staff serves {share:%} within the goal's time, less than the {goal:%} "
                               "of the goal."), share=queue.p_served_within(goal["goal_wait"]),
                            goal=goal["goal_probability"]))
    return tuple(found)


def _check(rule, goal, rho_max, shrinkage, model) -> None:
    if rule not in RULES:
        raise ParameterError(N_("There is no sizing rule {rule}; rules are {rules}."), rule=str(rule),
                             rules=", ".join(RULES))
    if "servers" in CODES.get(model, (model, {}))[-1]:
        raise ParameterError(N_("The model {model} has one server; the number of servers cannot be sized."),
                             model=model)
    for name in RULES[rule]:
        if goal[name] is None:
            raise ParameterError(N_("The sizing rule {rule} needs {parameter}."), rule=rule, parameter=name)
    for name, value in goal.items():
        if value is not None:
            _number(name, value, strict=name == "cost_server")
    probability = goal["goal_probability"]
    if probability is not None and not 0 < probability < 1:
        raise ParameterError(N_("{parameter} must be a share greater than 0 and below 1, not {value}."),
                             parameter="goal_probability", value=str(probability))
    if not 0 < rho_max <= 1:
        raise ParameterError(N_("{parameter} must be a share greater than 0 and at most 1, not {value}."),
                             parameter="rho_max", value=str(rho_max))
    if not 0 <= shrinkage < 1:
        raise ParameterError(N_("{parameter} must be a share of at least 0 and below 1, not {value}."),
                             parameter="shrinkage", value=str(shrinkage))
