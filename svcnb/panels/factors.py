"""Page 01e: whether the survey's items suit factors, how many there are, what makes each, who stands where."""

from __future__ import annotations

from svcnb.errors import NotComputable
from svcnb.figures import factors as figures
from svcnb.i18n import N_
from svcnb.panels import examples
from svcnb.panels.page import Check, Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.demand import component_names
from svcnb.sentences.factors import factor_title, members_text, names_in_force, read_factors
from svcnb.sentences.naming import capital
from svcnb.steps.factors import MOST, solve_again

FACTORS = tuple(f"F{k}" for k in range(1, MOST + 1))
ROTATIONS = {"varimax": N_("varimax: factors stay unrelated"), "oblimin": N_("oblimin: factors may be related"),
             "none": N_("not rotated")}


def controls(result, words):
    if not len(result.table("loadings")):
        return ()
    return (_number(result, words), _rotation(result, words))


def _number(result, words) -> Field:
    kaiser, parallel = result.value("kaiser_factors"), result.value("parallel_factors")
    texts = {}
    for k in range(1, _most(result) + 1):
        said = [name for name, says in ((words("Kaiser's rule"), kaiser), (words("parallel analysis"), parallel)) if says == k]
        texts[k] = words("{n} ({rules})", n=k, rules=", ".join(said)) if said else str(k)
    return Field("n_factors", words("Number of factors"), "choice", result.decision["n_factors"], tuple(texts.items()))


def _most(result) -> int:
    """No more factors than can be read, nor than items less one."""
    return min(MOST, max(result.value("items_analysed") - 1, result.decision["n_factors"]))


def _rotation(result, words) -> Field:
    return Field("rotation", words("Rotation"), "choice", result.decision["rotation"],
                 tuple((turn, words(text)) for turn, text in ROTATIONS.items()))


def fields(result, words):
    """Number, rotation, and a name for each factor, beside what makes it."""
    if not len(result.table("loadings")):
        return ()
    names = result.decision.get("names") or {}
    shown = {factor: words("{factor}: {parts}", factor=factor, parts=members_text(result.table("loadings"), factor, words))
             for factor in names}
    return (_number(result, words), _rotation(result, words),
            Field("names", words("What each factor is called"), "rows", names, (Field("name", words("Name"), "text", ""),), names=shown))


def adapt(result, view, words):
    """The solution that the controls ask for, made anew from the stored correlations; the factors in words."""
    tables, decision = dict(result.tables), result.decision
    if not len(result.table("loadings")):
        return tables
    wanted = (view.get("n_factors") or decision["n_factors"], view.get("rotation") or decision["rotation"])
    if wanted != (decision["n_factors"], decision["rotation"]):
        try:
            tables = solve_again(tables, result.quantities["kmo"].n, *wanted, result.parameters.get("method", "principal"))
        except NotComputable as error:
            tables["refused"] = words.reason(error.reason)
    names = names_in_force(result, tables)
    variance = tables["variance"]
    tables["variance_shown"] = variance.assign(
        title=[factor_title(f, names, words) for f in variance["factor"]],
        members=[members_text(tables["loadings"], f, words) for f in variance["factor"]])
    return tables


def read(result, tables, view, words) -> str:
    """The reading, and before it why a solution that was asked for is not there."""
    return " ".join(part for part in (tables.get("refused"), read_factors(result, tables, view, words)) if part)


def check(result, tables, words):
    """Communality of the first item as the sum of its squared loadings; of related factors the share of the first eigenvalue."""
    loadings, variance = tables.get("loadings"), tables.get("variance")
    if loadings is None or not len(loadings):
        return None
    if len(tables["factor_correlations"]):
        return _share_check(tables["eigenvalues"], len(variance), words)
    row = loadings.iloc[0]
    values = [round(float(row[factor]), 2) for factor in variance["factor"]]
    squares = [value**2 for value in values]
    answer = sum(squares)
    listed = "; ".join(f"{factor} {words.number(value, 2)}" for factor, value in zip(variance["factor"], values))
    plain = words("Those are the loadings themselves: each is squared before they are added.")
    mistakes = [*((wrong, plain) for wrong in dict.fromkeys((sum(values), sum(abs(v) for v in values)))),
                (1 - answer, words("That is what the factors leave of it, its uniqueness."))]
    if len(values) > 1:
        mistakes += [(answer / len(values), words("The squares are added, not averaged over the factors.")),
                     (max(squares), words("That is the largest factor alone: the others hold a part of it too."))]
    return Check(words("{name} loads on the factors with {listed}. What is its communality, the share of it that the factors hold?",
                       name=capital(component_names(loadings.head(1), words)[0]), listed=listed),
                 answer, 0.006, working=" + ".join(f"{_in_brackets(v, words)}²" for v in values),
                 mistakes=tuple((wrong, text) for wrong, text in mistakes if abs(wrong - answer) > 0.012))


def _in_brackets(value: float, words) -> str:
    text = words.number(value, 2)
    return f"({text})" if value < 0 else text


def _share_check(eigenvalues, n_factors: int, words) -> Check:
    first, p = round(float(eigenvalues["eigenvalue"].iloc[0]), 2), len(eigenvalues)
    return Check(words("The first eigenvalue is {first_value:2}; {p} items are analysed. What share of their variance, 0 to 1, does the "
                       "first component hold before it is rotated?", first_value=first, p=p),
                 first / p, 0.003, working=f"{words.number(first, 2)} ÷ {p}",
                 mistakes=((first / n_factors, words("Divide by the number of items, not of factors: each item brings a variance of 1.")),
                           (first, words("That is the eigenvalue: it counts items' worth of variance."))))


PAGE = Page(
    name="factors", step="factors", notebook="01e_factors", title=N_("Factors of the survey"),
    question=N_("Which few attitudes stand behind the many wishes?"),
    ends_in=N_("Step 1 · factor analysis of the survey · ends in: how many factors, and what each is called"),
    read=read, controls=controls, adapt=adapt, fields=fields, check=check, beside="segmentation",
    resets={"n_factors": ("names",), "rotation": ("names",)},
    pictures=(Picture("loadings", N_("What makes each factor (loadings)"), figures.plot_loadings, figures.describe_loadings,
                      ("loadings", "variance_shown")),
              Picture("scree", N_("How many factors (eigenvalues against chance)"), figures.plot_scree, figures.describe_scree,
                      ("eigenvalues",)),
              Picture("scores", N_("Where the kinds of customers stand"), figures.plot_scores, figures.describe_scores,
                      ("groups", "points", "variance_shown"))),
    tables=(TableView("loadings", N_("Loadings and communality"), ("name", *FACTORS, "communality", "kmo")),
            TableView("variance_shown", N_("Variance that the factors hold"),
                      ("title", "members", "share", "cumulative", "sum_of_squares", "between_share")),
            TableView("adequacy", N_("Do the items suit factors?"), ("component_id", "kmo", "kmo_verdict", "n", "missing_share", "mean",
                                                                     "deviation", "chi2", "df", "p_value")),
            TableView("eigenvalues", N_("Eigenvalues"), ("component_no", "eigenvalue", "parallel", "share", "cumulative", "taken")),
            TableView("factor_correlations", N_("How far the factors are related"), ("first", "second", "value")),
            TableView("groups", N_("Mean scores by stratum"), ("group", "n", *FACTORS)),
            TableView("points", N_("Scores in the picture"), FACTORS[:2]),
            TableView("scores", N_("Scores of the respondents"), ("customer_id", "group", *FACTORS))),
    card=MethodCard(
        title=N_("Factor analysis"),
        quotation="es necesario clasificar a estos en grupos de acuerdo con sus características, deseos y posibilidades",
        source=N_("Gómez, Acevedo, González 2004, S2:L205 and L211; Kaiser 1960 and 1974; Horn 1965; Thurstone 1935"),
        formula=N_("correlations = loadings × loadings′ + rest; communality = Σ loading²; share of a factor = Σ loading² ÷ number of "
                   "items"),
        assumes=N_("at least 50 complete answers and 5 an item; marks in steps of equal size; respondents count alike"),
        fails=N_("points that share out 100, kinds of customers that differ so much that factors only tell them apart, names that "
                 "say more than the items"),
        badge=N_("house rule"),
        **examples.FACTORS))
