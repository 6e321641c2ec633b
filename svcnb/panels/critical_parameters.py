"""Page 06: experts, their agreement, the force field, the parameter table."""

from __future__ import annotations

from svcnb.figures import critical_parameters as figures
from svcnb.i18n import N_
from svcnb.panels import examples
from svcnb.panels.page import Check, Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.codes import read_code
from svcnb.sentences.critical_parameters import read_critical_parameters


def fields(result, words):
    """Every parameter with what people may change, and the goals themselves."""
    parameters, goals = result.decision.get("parameters", {}), result.decision.get("goals", {})
    judged = {True: words("yes"), False: words("no"), None: words("not judged")}

    def feasible(own):
        return Field("feasible", words("Feasible"), "choice", options=((None, own), (True, words("yes")), (False, words("no"))))

    columns = (Field("required", words("Required"), "number"),
               Field("goal_id", words("Goals it serves"), "choice", options=_goals_to_serve(parameters, goals, words)),
               Field("owner", words("Owner"), "text", ""), feasible(words("as the magnitudes say")))
    named = {key: f"{words.name('goal', key)}: {judged[record.get('judged')]}" for key, record in goals.items()}
    names = _names(parameters, words)
    rows = (Field("parameters", words("Critical parameters"), "rows", parameters, columns, names=names),) if parameters else ()
    return rows + ((Field("goals", words("Can the goals be met?"), "rows", goals, (feasible(words("as its parameters say")),),
                          names=named),) if goals else ())


def _goals_to_serve(parameters, goals, words) -> tuple:
    """Each goal by its name, and the sets of goals that a parameter serves already."""
    served = (str(p.get("goal_id") or "") for p in parameters.values())
    known = dict.fromkeys([*goals, *filter(None, served)])
    return (("", words("none yet")), *((key, "; ".join(words.name("goal", one.strip()) for one in key.split(";")))
                                       for key in known))


def _names(parameters, words) -> dict[str, str]:
    """Name and unit of each parameter; what is called alike also says which goals it serves."""
    shown = {key: words(str(p.get("name", key))) for key, p in parameters.items()}
    alike = [name for name in shown.values() if list(shown.values()).count(name) > 1]
    return {key: shown[key] + (f" ({words.name('goal', p['goal_id'])})" if shown[key] in alike and p.get("goal_id") else "")
            + (", " + read_code(p["unit"], words) if p.get("unit") else "") for key, p in parameters.items()}


def adapt(result, view, words):
    """The parameters that hold a goal, each in the reader's words."""
    judged = result.table("goals_judged")
    if not len(judged):
        return result.tables
    shown = ["; ".join(words(part) for part in text.split("; ") if part) for text in judged["detail"]]
    return {**result.tables, "goals_judged": judged.assign(detail=shown)}


def check(result, tables, words):
    experts = tables.get("experts")
    if experts is None or not len(experts) or not {"kc", "ka", "competence"} <= set(experts):
        return None
    row = experts.dropna(subset=["kc", "ka"]).iloc[0]
    kc, ka = float(row["kc"]), float(row["ka"])
    working = words("({kc:2} + {ka:2}) ÷ 2", kc=kc, ka=ka)
    return Check(words("Expert {expert}: knowledge {kc:2}, argument {ka:2}. What is the competence coefficient K?",
                       expert=str(row["expert_id"]), kc=kc, ka=ka), (kc + ka) / 2, 0.004, working=working,
                 mistakes=((kc + ka, words("That is the sum; K is the mean of the two.")),
                           (kc * ka, words("That is the product; K is the mean of the two."))))


PAGE = Page(
    name="critical_parameters", step="critical_parameters", notebook="06_critical_parameters", title=N_("Critical parameters"),
    question=N_("Which few parameters decide whether the goals are met?"),
    ends_in=N_("Step 6 · critical parameters · ends in: content, magnitude and owner of each"),
    read=lambda result, tables, view, words: read_critical_parameters(result, words), fields=fields, adapt=adapt, check=check,
    pictures=(Picture("forces", N_("Force field: what drives and what restrains"), figures.plot_forces,
                      figures.describe_forces, ("forces",)),
              Picture("ranks", N_("Ranks of the experts and their agreement"), figures.plot_ranks, figures.describe_ranks,
                      ("ranks",))),
    tables=(TableView("parameters", N_("Parameters"), ("name", "current", "required", "unit", "feasible", "owner")),
            TableView("parameters", N_("What each parameter serves, and why"), ("name", "type", "goal_id", "judgement")),
            TableView("goals_judged", N_("Can the goals be met?"), ("goal_id", "level", "baseline", "n", "feasible", "reason",
                                                                    "detail")),
            TableView("experts", N_("Competence of the experts"), ("expert_id", "kc", "ka", "competence", "level", "keep")),
            TableView("concordance", N_("Agreement without each expert"), ("expert_id", "w", "change", "dissenter")),
            TableView("balance", N_("Dynamic balance"), ("activity_id", "load", "capacity", "utilisation", "state")),
            TableView("forces", N_("Forces"), ("text", "side", "strength", "n", "low", "high", "cumulative", "critical", "influenceability", "priority")),
            TableView("ranks", N_("Ranks given by the experts"), ("expert_id", "name", "rank", "rank_sum", "dissenter"))),
    card=MethodCard(
        title=N_("Kendall's W and the force field"),
        quotation="permite obtener los dos tipos de factores críticos de éxito mediante el trabajo con expertos",
        source=N_("Gómez, Acevedo, González 2004, S2:L330 to L336"),
        formula=N_("W = 12 S ÷ (m² (n³ − n) − m ΣT); critical: 80 % of the force, strength 3 or more"),
        assumes=N_("experts chosen by competence, each rating by himself"),
        fails=N_("experts chosen by rank, means taken without agreement, a parameter without number, unit and owner"),
        **examples.CONCORDANCE))
