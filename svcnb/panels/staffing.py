"""Page 05b: people at the busiest hour by waiting-line models."""

from __future__ import annotations

from svcnb.figures import staffing as figures
from svcnb.i18n import N_
from svcnb.panels import examples
from svcnb.panels.page import Check, Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.organisation import read_staffing


def fields(result, words):
    servers = result.decision.get("servers")
    return (Field("servers", words("Servers at the busy hour"), "whole", servers, low=1, high=500),) if servers else ()


def check(result, tables, words):
    arrival, service, servers = (result.value(name) for name in ("arrival_rate", "service_rate", "servers"))
    if not arrival or not service or not servers:
        return None
    arrival, service = round(float(arrival), 1), round(float(service), 2)
    working = words("{arrival:1} ÷ ({servers} × {service:2})", arrival=arrival, servers=servers, service=service)
    return Check(words("{arrival:1} customers arrive in the busy hour, one server attends {service:2} an hour, there are {servers}. "
                       "What share of the time is a server busy? Write it from 0 to 1.", arrival=arrival, service=service,
                       servers=servers), arrival / (servers * service), 0.006, working=working,
                 mistakes=((arrival / service, words("That is the load in erlangs; divide it by the servers.")),
                           (servers * service / arrival, words("That is the inverse: load over capacity is asked."))))


def adapt(result, view, words):
    """Beside the stored tables the staff with its cost named by what it is, for readers."""
    return {**result.tables, "staffing_shown": result.table("staffing").rename(columns={"cost": "hourly_cost"})}


PAGE = Page(
    name="staffing", step="organisation", notebook="05b_staffing", title=N_("Staff"),
    question=N_("How many people must attend at the busiest hour?"),
    ends_in=N_("Step 5 · staff by waiting lines · ends in: the number of servers"),
    read=lambda result, tables, view, words: read_staffing(result, words), fields=fields, check=check,
    topics=("staffing",), adapt=adapt,
    pictures=(Picture("arrivals", N_("Arrivals by hour and the daily average"), figures.plot_arrivals,
                      figures.describe_arrivals, ("arrivals",)),
              Picture("staffing", N_("Waiting for each number of servers"), figures.plot_staffing,
                      figures.describe_staffing, ("staffing",))),
    tables=(TableView("staffing_shown", N_("Servers and waiting at the busy hour"), ("servers", "utilisation", "mean_wait_min",
                                                                               "p_within_goal", "hourly_cost", "chosen")),
            TableView("arrivals", N_("Arrivals by hour"), ("interval", "arrivals_per_hour", "n"))),
    card=MethodCard(
        title=N_("M/M/s waiting line"),
        quotation="La cantidad de trabajadores está en función de los tiempos de espera de los clientes",
        source=N_("Gómez, Acevedo, González 2004, S2:L313 to L322; Hillier and Lieberman"),
        formula=N_("utilisation = arrivals ÷ (servers × service rate); waiting by Erlang C"),
        assumes=N_("random arrivals at one rate, exponential service, one line, nobody leaves"),
        fails=N_("daily averages instead of the busy hour, utilisation near 1, separate lines where one would do"),
        **examples.WAITING))
