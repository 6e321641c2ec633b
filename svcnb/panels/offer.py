"""Page 07: one offer a group: package, terms, contract form, price, penalties, the principles."""

from __future__ import annotations

from svcnb.figures import offer as figures
from svcnb.i18n import N_
from svcnb.methods.matrices.package import CONTRACTS
from svcnb.panels import examples
from svcnb.panels.page import Check, Field, MethodCard, Page, Picture, TableView
from svcnb.sentences.columns import label
from svcnb.sentences.offer import read_offer


def fields(result, words):
    offers = result.decision.get("offers", {})
    contracts = tuple((code, words(name)) for row in CONTRACTS for code, name in row)
    columns = (Field("contract_form", words("Contract form"), "choice", options=contracts),
               Field("price", label("price", words), "number", low=0))
    names = {g: words(str(offer.get("name") or g)) for g, offer in offers.items()}
    return (Field("offers", words("Offers"), "rows", offers, columns, names=names),) if offers else ()


def check(result, tables, words):
    offers = tables.get("offers")
    rows = offers.dropna(subset=["cts", "margin_target"]) if offers is not None and len(offers) else ()
    if not len(rows):
        return None
    row = rows.iloc[0]
    cost, margin = float(row["cts"]), float(row["margin_target"])
    working = words("{cost:$2} ÷ (1 − {margin:%})", cost=cost, margin=margin)
    return Check(words("Group {group}: cost to serve {cost:$2}, target margin {margin:%} of the price. What price follows, before "
                       "floor and cap?", group=str(row["group_id"]), cost=cost, margin=margin), cost / (1 - margin),
                 max(0.006, 0.0005 * cost), working=working,
                 mistakes=((cost * (1 + margin), words("That is a mark-up on cost: the margin is a share of the price.")),
                           (cost * margin, words("That is only the share itself."))))


def adapt(result, view, words):
    """Beside the stored tables the penalties with what one costs an order named so, for readers."""
    return {**result.tables, "penalties_shown": result.table("penalties").rename(columns={"expected": "expected_order"})}


PAGE = Page(
    name="offer", step="offer", notebook="07_offer", title=N_("Offer"),
    question=N_("What do we offer each group, and what if we fail?"),
    ends_in=N_("Step 7 · offer and promotion · ends in: one offer per group"),
    read=lambda result, tables, view, words: read_offer(result, words), fields=fields, check=check, adapt=adapt,
    pictures=(Picture("contract", N_("Contract form by laboriousness and delivery terms"), figures.plot_contract,
                      figures.describe_contract, ("offers",)),
              Picture("price", N_("Price against cost to serve and its bounds"), figures.plot_price, figures.describe_price,
                      ("offers",))),
    tables=(TableView("offers", N_("Offers"), ("name", "package_class", "contract_name", "price", "margin",
                                               "transparency")),
            TableView("offers", N_("Offers: terms, bounds of the price and penalties"), (
                "name", "term_score", "cts", "floor", "cap", "expected_penalty")),
            TableView("terms", N_("Delivery terms: who answers for what"), ("group_id", "responsibility", "who")),
            TableView("goals_published", N_("Goals published"), ("group_id", "measure_id", "operator", "value", "unit", "level",
                                                                 "feasible", "published")),
            TableView("penalties_shown", N_("Penalties"), ("group_id", "party", "parameter", "tolerance", "rate", "cap",
                                                     "expected_order", "yearly")),
            TableView("principles", N_("Seven principles"), ("principle", "name", "state", "reason")),
            TableView("messages", N_("Messages"), ("group_id", "text", "state", "reason"))),
    card=MethodCard(
        title=N_("Offer, terms and contract"),
        quotation="en la oferta del servicio deben quedar satisfechas todas las interrogantes del cliente",
        source=N_("Gómez, Acevedo, González 2004, S2:L340 to L356"),
        formula=N_("price = cost to serve ÷ (1 − margin), within floor and cap; penalty = min(cap, rate × days beyond tolerance) × base"),
        assumes=N_("goals that step 6 found feasible; a cost to serve per unit"),
        fails=N_("promises that are not yet feasible, one contract for all, penalties without a measurable parameter"),
        badge=N_("reconstructed"),
        **examples.OFFER))
