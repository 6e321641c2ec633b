"""Staff of the waiting lines, part of step 5 (method 7.11): the peak sizes it, the mean of the day hides it.

What was observed comes first; what is missing in it (patience, goal, costs) is taken from ``queue_params``;
without any observation those rates stand, with a band of doubt around them (method 7.0).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from svcnb.errors import NotComputable, Reason, reason
from svcnb.i18n import N_
from svcnb.methods import queueing
from svcnb.steps.step import Quantity

STAFFING = ["queue_id", "servers", "utilisation", "p_wait", "mean_wait_min", "mean_queue", "p_within_goal",
            "p_abandon", "cost", "meets", "stable", "chosen", "today", "goal_wait_min", "goal_probability"]
ARRIVALS = ["queue_id", "interval", "hour", "arrivals_per_hour", "low", "high", "n", "hours", "busy", "mean_of_all",
            "peak_rate", "in_peak", "on_peak_days", "peak_days"]
QUEUES = ["queue_id", "evidence", "model", "arrival_rate", "mean_arrival_rate", "service_rate", "ca2", "cs2",
          "patience_min", "peak_from", "peak_until", "peak_days", "servers_today", "servers", "servers_by_mean",
          "servers_low", "servers_high", "payroll", "goal_wait_min", "goal_probability", "n_arrivals", "n_services"]
MODELS = ["queue_id", "model", "servers", "mean_wait_min", "p_within_goal", "used"]
SELLERS = ["queue_id", "server_id", "busy_min", "present_min", "utilisation", "services", "bottleneck"]


@dataclass
class Line:
    """What is known of one waiting line; rates per hour, times in minutes."""

    queue_id: str
    evidence: str
    arrival_rate: float
    service_rate: float
    arrival_bounds: tuple[float, float]
    service_bounds: tuple[float, float]
    mean_arrival_rate: float | None = None
    model: str = "M/M/s"
    ca2: float | None = None
    cs2: float | None = None
    patience: float | None = None
    capacity: int | None = None
    population: int | None = None
    today: int | None = None
    goal_wait: float = 0.0
    goal_probability: float = 0.0
    costs: tuple = (None, None)
    seen: queueing.ObservedQueue | None = None

    def options(self, model: str) -> dict:
        """The further parameters that a model needs, in the unit of the rates (hours)."""
        patience = None if self.patience is None else self.patience / 60
        return {"M/M/s": {}, "G/G/s": {"ca2": self.ca2, "cs2": self.cs2}, "M/M/s+M": {"patience": patience},
                "M/M/s/K": {"capacity": self.capacity}, "M/M/s//N": {"population": self.population}}[model]

    def solve(self, model: str, servers: int) -> queueing.Queue:
        """The line with a number of servers; each server has a place, however few places were given."""
        options = self.options(model)
        if options.get("capacity"):
            options["capacity"] = max(options["capacity"], servers)
        return queueing.solve(model, arrival_rate=self.arrival_rate, service_rate=self.service_rate, servers=servers,
                              **options)

    def possible(self) -> list[str]:
        """Models whose parameters are known, the chosen one first."""
        more = [m for m in ("M/M/s", "G/G/s", "M/M/s+M") if None not in self.options(m).values()]
        return [self.model, *(m for m in more if m != self.model)]


@dataclass
class Staffed:
    """What the step shows: the line with the largest load leads (its numbers are the quantities)."""

    quantities: dict = field(default_factory=dict)
    tables: dict = field(default_factory=dict)
    servers: int | None = None
    evidence: str = "assumed"
    reasons: list[Reason] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def staff_lines(study, parameters, chosen_servers: int | None) -> Staffed:
    """Size every waiting line of the study; ``chosen_servers`` is a person's number for the leading one."""
    out = Staffed()
    lines = _lines(study, parameters, out)
    out.missing += [name for name in ("queue_observations", "queue_params") if not study.has(name)]
    frames = {"staffing": [], "arrivals": [], "queues": [], "models": [], "sellers": [], "queue_checks": []}
    lines.sort(key=lambda line: -line.arrival_rate / line.service_rate)
    for line in lines:
        servers = chosen_servers if line is lines[0] else None
        try:
            _staff(line, parameters, servers, frames, out, leads=line is lines[0])
        except NotComputable as error:
            out.reasons.append(error.reason)
            if line is lines[0]:
                out.quantities, out.evidence = _rates(line), line.evidence
    columns = {"staffing": STAFFING, "arrivals": ARRIVALS, "queues": QUEUES, "models": MODELS, "sellers": SELLERS,
               "queue_checks": ["queue_id", *CHECKS]}
    out.tables = {name: pd.concat(parts, ignore_index=True)[columns[name]] if parts else
                  pd.DataFrame(columns=columns[name]) for name, parts in frames.items()}
    if not lines:
        out.reasons.append(reason(N_("No waiting line was observed and no rates were asked for: the staff is not sized. "
                                     "Count the customers of a busy hour and the minutes one takes."), level="missing"))
    return out


CHECKS = ["stream", "test", "n", "statistic", "df", "p_value", "c2", "markovian"]


def _lines(study, parameters, out) -> list[Line]:
    seen, params = study.table("queue_observations"), study.table("queue_params")
    counts = study.table("interval_counts")
    known = {str(row["queue_id"]): row for row in params.to_dict("records")}
    lines = []
    if len(seen):
        seen = seen.assign(queue_id=seen["queue_id"].astype(object).where(seen["queue_id"].notna(), "1"))
        for queue_id, rows in seen.groupby("queue_id"):
            found = _observed(lambda rows=rows: queueing.from_observations(
                rows, interval_minutes=parameters.interval_minutes, alpha=study.settings.alpha), out)
            lines.append(_line(str(queue_id), found, known.get(str(queue_id), {}), parameters, out))
    for queue_id, row in known.items():
        if not any(line is not None and line.queue_id == queue_id for line in lines):
            found = None
            if len(counts) and len(known) == 1:
                found = _observed(lambda: queueing.from_counts(counts), out)
            lines.append(_line(queue_id, found, row, parameters, out))
    if not lines and len(counts):
        found = _observed(lambda: queueing.from_counts(counts), out)
        lines.append(_line("1", found, {}, parameters, out))
    return [line for line in lines if line is not None]


def _observed(read, out):
    try:
        return read()
    except NotComputable as error:
        out.reasons.append(error.reason)
        return None


def _line(queue_id, seen, row, parameters, out) -> Line | None:
    """One line from what was seen and, where that says nothing, from what was asked."""
    asked = {name: _number(row.get(name)) for name in (
        "arrival_rate_h", "service_rate_h", "ca2", "cs2", "servers", "capacity", "population", "mean_patience_min",
        "goal_t_min", "goal_prob", "cost_server_h", "cost_wait_h")}
    arrival = seen.arrival_rate if seen is not None else asked["arrival_rate_h"]
    service = seen.service_rate if seen is not None and seen.service_rate else asked["service_rate_h"]
    if not arrival or not service:
        out.reasons.append(reason(N_("Waiting line {queue}: {what:word} not known, so its staff is not sized."),
                                  queue=queue_id, what=N_("arrivals") if not arrival else N_("service time"),
                                  level="missing"))
        return None
    band = parameters.band
    line = Line(
        queue_id, "expert" if seen is None else "data", arrival, service,
        (arrival * (1 - band), arrival * (1 + band)) if seen is None else (seen.arrival_low, seen.arrival_high),
        (service * (1 - band), service * (1 + band)) if seen is None or seen.service_low is None else (
            seen.service_low, seen.service_high),
        mean_arrival_rate=None if seen is None else seen.mean_arrival_rate, seen=seen,
        patience=(seen.patience_min if seen is not None else None) or asked["mean_patience_min"],
        capacity=_whole(asked["capacity"]), population=_whole(asked["population"]),
        today=(seen.servers if seen is not None else None) or _whole(asked["servers"]),
        goal_wait=_or(asked["goal_t_min"], parameters.goal_wait_minutes),
        goal_probability=_or(asked["goal_prob"], parameters.goal_probability),
        costs=(asked["cost_server_h"] or None, asked["cost_wait_h"]))
    line.ca2 = seen.ca2 if seen is not None and seen.ca2 is not None else asked["ca2"]
    line.cs2 = seen.cs2 if seen is not None and seen.cs2 is not None else asked["cs2"]
    line.model = _model(line, parameters)
    if not 0 < line.goal_probability < 1:
        asked_for, line.goal_probability = line.goal_probability, min(max(line.goal_probability, 0.01), 0.999)
        out.reasons.append(reason(N_("No staff reaches a share of {asked:%} for sure; {used:%} stands for it."),
                                  asked=asked_for, used=line.goal_probability))
    if seen is None:
        out.reasons.append(reason(N_("Waiting line {queue}: its rates were asked, not observed; the staff is shown for "
                                     "{band:%} more and less."), queue=queue_id, band=band, level="missing"))
    elif not seen.service_rate:
        out.reasons.append(reason(N_("Waiting line {queue}: its arrivals were counted, its service time was asked."),
                                  queue=queue_id))
    return line


def _model(line: Line, parameters) -> str:
    """The model that was asked for, or the one whose conditions hold (decision tree of method 7.11.1)."""
    if parameters.model != "auto":
        return parameters.model if None not in line.options(parameters.model).values() else "M/M/s"
    if line.population:
        return "M/M/s//N"
    if line.capacity:
        return "M/M/s/K"
    general = None not in (line.ca2, line.cs2)
    if line.seen is None:
        known = general and (abs(line.ca2 - 1) > 0.3 or abs(line.cs2 - 1) > 0.3)
        return "G/G/s" if known else "M/M/s"
    if line.seen.model == "G/G/s" and general:
        return "G/G/s"
    # a patience that was only asked for does not make a model: M/M/s bounds the waits from above
    leaving = line.seen.n_abandoned / line.seen.n >= 0.01
    return "M/M/s+M" if leaving and line.seen.patience_min is not None else "M/M/s"


def _staff(line: Line, parameters, chosen, frames, out, leads) -> None:
    proposed = _size(line, line.model, parameters)
    servers = chosen or proposed.servers
    by_mean = None
    if line.mean_arrival_rate:
        by_mean = _size(line, line.model, parameters, arrival=line.mean_arrival_rate).servers
    low = _size(line, line.model, parameters, line.arrival_bounds[0], line.service_bounds[1]).servers
    high = _size(line, line.model, parameters, line.arrival_bounds[1], line.service_bounds[0]).servers
    table = _curve(line, proposed, servers, by_mean, parameters)
    frames["staffing"].append(table)
    frames["models"].append(_models(line, servers, parameters))
    seen = line.seen
    frames["queues"].append(pd.DataFrame([{
        "queue_id": line.queue_id, "evidence": line.evidence, "model": line.model, "arrival_rate": line.arrival_rate,
        "mean_arrival_rate": line.mean_arrival_rate, "service_rate": line.service_rate, "ca2": line.ca2,
        "cs2": line.cs2, "patience_min": line.patience, "peak_from": seen.busy_interval if seen is not None else "",
        "peak_until": seen.busy_until if seen is not None else "",
        "peak_days": " ".join(str(d) for d in seen.busy_days) if seen is not None else "",
        "servers_today": line.today, "servers": servers, "servers_by_mean": by_mean, "servers_low": low,
        "servers_high": high, "payroll": int(np.ceil(servers / (1 - parameters.shrinkage) - 1e-9)),
        "goal_wait_min": line.goal_wait, "goal_probability": line.goal_probability,
        "n_arrivals": seen.n_peak if seen is not None else 0, "n_services": seen.n_services if seen is not None else 0}]))
    if seen is not None:
        frames["arrivals"].append(_arrivals(line, seen))
        if seen.server_use is not None and len(seen.server_use):
            frames["sellers"].append(seen.server_use.assign(queue_id=line.queue_id))
        if seen.checks is not None and len(seen.checks):
            frames["queue_checks"].append(seen.checks.assign(queue_id=line.queue_id))
        out.reasons += list(seen.warnings)
    out.reasons += list(proposed.warnings)
    if leads:
        out.servers, out.evidence = servers, line.evidence
        row = table[table["servers"] == servers].iloc[0]
        out.quantities = _quantities(line, row, servers, by_mean, low, high)
        _remarks(line, row, by_mean, servers, proposed, out)


def _size(line, model, parameters, arrival=None, service=None):
    """The staff by the parameters' rule; the cost rule needs costs, without them the goal decides."""
    rule = parameters.rule if parameters.rule != "cost" or None not in line.costs else "probability"
    return queueing.size_servers(
        rule, arrival_rate=arrival or line.arrival_rate, service_rate=service or line.service_rate, model=model,
        goal_wait=line.goal_wait / 60, goal_probability=line.goal_probability,
        max_mean_wait=parameters.max_mean_wait_minutes / 60, cost_server=line.costs[0], cost_wait=line.costs[1],
        rho_max=parameters.rho_max, shrinkage=parameters.shrinkage, **line.options(model))


def _curve(line, proposed, servers, by_mean, parameters) -> pd.DataFrame:
    """Each number of servers from the fewest that somebody thinks of to two beyond the most."""
    known = [n for n in (proposed.servers, servers, by_mean, line.today) if n]
    meeting = set(proposed.table.loc[proposed.table["meets"], "servers"])
    rows = []
    for n in range(max(1, min(known)), max(known) + 3):
        row = _solved(line, n) | {"servers": n, "chosen": n == servers, "today": n == line.today}
        row["meets"] = n in meeting or (n > max(meeting, default=n) and row["stable"])
        rows.append(row)
    table = pd.DataFrame(rows).assign(queue_id=line.queue_id, goal_wait_min=line.goal_wait,
                                      goal_probability=line.goal_probability)
    for name in ("p_wait", "mean_wait_min", "mean_queue", "p_within_goal", "p_abandon", "cost"):
        table[name] = table[name].astype(float)
    return table


def _solved(line, n) -> dict:
    try:
        q = line.solve(line.model, n)
    except NotComputable:  # the line grows without end: nobody is served in time for long
        return {"utilisation": line.arrival_rate / line.service_rate / n, "p_wait": 1.0, "mean_wait_min": None,
                "mean_queue": None, "p_within_goal": 0.0, "p_abandon": 0.0, "cost": None, "stable": False}
    cost = None if None in line.costs else line.costs[0] * n + line.costs[1] * q.mean_number
    return {"utilisation": q.utilisation, "p_wait": q.p_wait, "mean_wait_min": q.mean_wait * 60,
            "mean_queue": q.mean_queue, "p_within_goal": q.p_served_within(line.goal_wait / 60),
            "p_abandon": q.p_abandon, "cost": cost, "stable": True}


def _models(line, servers, parameters) -> pd.DataFrame:
    """Every model whose parameters are known: what it would ask for, and what it says of the servers in force."""
    rows = []
    for model in line.possible():
        try:
            needed = _size(line, model, parameters).servers
        except NotComputable:
            continue
        try:
            q = line.solve(model, servers)
            wait, within = q.mean_wait * 60, q.p_served_within(line.goal_wait / 60)
        except NotComputable:
            wait, within = None, None
        rows.append((line.queue_id, model, needed, wait, within, model == line.model))
    table = pd.DataFrame(rows, columns=MODELS)
    return table.astype({"mean_wait_min": float, "p_within_goal": float})


def _arrivals(line, seen) -> pd.DataFrame:
    """Arrivals by interval, with the mean of all hours and the peak's rate, stretch and weekdays to draw beside.

    ``on_peak_days`` is the rate on the peak's weekdays, where these are not all that were watched.
    """
    table = seen.arrivals.rename(columns={"arrivals": "n"})
    some = set(seen.busy_days) != set(seen.cells["weekday"])
    own = seen.cells[seen.cells["weekday"].isin(seen.busy_days)].groupby("interval")[["arrivals", "hours"]].sum()
    rate = table["interval"].map(own["arrivals"] / own["hours"]).astype(float)
    table = table.assign(on_peak_days=rate if some else np.nan,
                         peak_days=" ".join(str(d) for d in seen.busy_days) if some else "")
    return table.assign(queue_id=line.queue_id, mean_of_all=seen.mean_arrival_rate, peak_rate=seen.arrival_rate,
                        in_peak=(table["interval"] >= seen.busy_interval) & (table["interval"] < seen.busy_until))


def _rates(line) -> dict[str, Quantity]:
    n, n_services = (None, None) if line.seen is None else (line.seen.n_peak, line.seen.n_services)
    return {"arrival_rate": Quantity(line.arrival_rate, "per hour", n, *line.arrival_bounds, line.evidence),
            "service_rate": Quantity(line.service_rate, "per hour", n_services, *line.service_bounds, line.evidence)}


def _quantities(line, row, servers, by_mean, low, high) -> dict[str, Quantity]:
    seen, evidence = line.seen, line.evidence
    n = seen.n_peak if seen is not None else None
    wait = None if row["mean_wait_min"] != row["mean_wait_min"] else float(row["mean_wait_min"])
    found = _rates(line) | {
        "utilisation": Quantity(float(row["utilisation"]), "share", n, evidence=evidence),
        "servers": Quantity(int(servers), "count", n, low, high, evidence),
        "mean_wait": Quantity(wait, "minutes", n, evidence=evidence),
        "p_within_goal": Quantity(float(row["p_within_goal"]), "share", n, evidence=evidence),
        "goal_wait": Quantity(line.goal_wait, "minutes", evidence="expert"),
        "goal_probability": Quantity(line.goal_probability, "share", evidence="expert"),
    }
    if line.today:
        found["servers_today"] = Quantity(int(line.today), "count", evidence=evidence)
    if by_mean:
        found["servers_by_mean"] = Quantity(int(by_mean), "count", seen.n, evidence=evidence)
        found["arrival_rate_mean"] = Quantity(line.mean_arrival_rate, "per hour", seen.n, evidence=evidence)
    if seen is not None and seen.busy_waits is not None and len(seen.busy_waits):
        waits = seen.busy_waits[~np.isnan(seen.busy_waits)]
        if len(waits):
            found["mean_wait_observed"] = Quantity(float(waits.mean()), "minutes", len(waits))
        found["served_within_goal_observed"] = Quantity(float((waits <= line.goal_wait).sum() / seen.n_peak), "share",
                                                        seen.n_peak)
    if seen is not None and seen.n_services:
        found["abandon_share"] = Quantity(seen.abandon_share, "share", seen.n)
    return found


def _remarks(line, row, by_mean, servers, proposed, out) -> None:
    if by_mean and by_mean < proposed.servers:
        out.reasons.append(reason(N_("The mean of all hours ({mean:1} an hour) would ask for {few} servers, the peak "
                                     "({peak:1} an hour) asks for {many}."), mean=line.mean_arrival_rate, few=by_mean,
                                  peak=line.arrival_rate, many=proposed.servers))
    if line.seen is not None and line.model == "M/M/s" and line.seen.n_abandoned / line.seen.n >= 0.01:
        out.reasons.append(reason(N_("{share:%} of the customers left unserved: M/M/s, where nobody leaves, shows the waits "
                                     "longer than they are."), share=line.seen.abandon_share, level="info"))
    if not row["stable"]:
        out.reasons.append(reason(N_("With {servers} servers the line of the peak grows without end; at least {least} are "
                                     "needed."), servers=int(servers),
                                  least=queueing.least_servers(line.arrival_rate / line.service_rate)))
    elif servers < proposed.servers:
        out.reasons.append(reason(N_("{servers} servers are fewer than the {proposed} that the goal asks for."),
                                  servers=int(servers), proposed=proposed.servers))


def _number(value) -> float | None:
    return None if value is None or value is pd.NA or value != value else float(value)


def _whole(value) -> int | None:
    return None if value is None else int(value)


def _or(value, default):
    return default if value is None else value
