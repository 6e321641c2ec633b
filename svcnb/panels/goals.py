"""Page 04: the goal sheet: value and level to guarantee of each group and measure."""

from __future__ import annotations

from svcnb.figures import goals as figures
from svcnb.i18n import N_
from svcnb.panels import examples
from svcnb.panels.page import Check, Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.codes import read_code
from svcnb.sentences.goals import read_goals


def fields(result, words):
    goals = result.decision.get("goals", {})
    names = {key: words.names.get("goal", {}).get(key, " ".join(read_code(part, words) for part in key.split(":")))
             + (", " + read_code(g["unit"], words) if g.get("unit") else "") for key, g in goals.items()}
    columns = (Field("value", words("Value"), "number", low=0), Field("level", words("Level"), "share", low=0, high=1),
               Field("owner", words("Owner"), "text", ""))
    return (Field("goals", words("Goals"), "rows", goals, columns, names=names),) if goals else ()


def check(result, tables, words):
    goals = tables.get("goals")
    levels = [round(float(v), 3) for v in goals["level"].dropna()[:3]] if goals is not None and len(goals) else []
    if len(levels) < 2:
        return None
    answer = 1.0
    for level in levels:
        answer *= level
    shown = " × ".join(words.number(v, 3) for v in levels)
    return Check(words("One group is promised the levels {levels}. If failures are independent, what share of its orders meets all?",
                       levels=shown), answer, 0.0006, working=shown,
                 mistakes=((sum(levels) / len(levels), words("That is the mean: a customer must be served well in everything at once.")),
                           (min(levels), words("That is the lowest level: together the guarantees give less."))))


PAGE = Page(
    name="goals", step="goals", notebook="04_goals", title=N_("Goals"),
    question=N_("Which service do we commit to, and how surely?"),
    ends_in=N_("Step 4 · goal and level · ends in: the goal sheet"),
    read=lambda result, tables, view, words: read_goals(result, words), fields=fields, check=check,
    pictures=(Picture("goals", N_("Goals: today, rivals, expected and guaranteed"), figures.plot_goals,
                      figures.describe_goals, ("goals",)),),
    tables=(TableView("goals", N_("Goal sheet"), ("group_id", "measure_id", "operator", "value", "unit", "level", "baseline", "n",
                                                  "gap")),
            TableView("goals", N_("Goal sheet: what bounds each level"), (
                "group_id", "measure_id", "aggregation", "competitor", "floor", "sl_eco", "capability", "evidence"))),
    card=MethodCard(
        title=N_("Goal and level to guarantee"),
        quotation="se debe definir la meta de servicio y el nivel de servicio a garantizar para cada grupo de clientes",
        source=N_("Gómez, Acevedo, González 2004, S2:L232 to L236"),
        formula=N_("base = max(economic optimum, competitor) for strategic groups, else max(economic optimum, floor); never above what is expected"),
        assumes=N_("a value with its unit, aggregation and level; today's capability known"),
        fails=N_("one goal for all, goals above capability without an investment, 100 % goals, the optimum taken as exact"),
        badge=N_("house rule"),
        **examples.GOALS))
