"""The offer, its penalties and its messages (method.md 14.27, part of 14.28 and 14.29)."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.tables.schema import choice, day, money, number, table, text, truth

PHASE = "before during after"
ANSWERS = (
    ("answer_what", N_("answer: what do I get")), ("answer_how", N_("answer: how do I order")),
    ("answer_when", N_("answer: when do I get it")), ("answer_where", N_("answer: where")),
    ("answer_who", N_("answer: who attends me")), ("answer_how_much", N_("answer: how much")),
    ("answer_failure", N_("answer: what if it fails")), ("answer_complaint", N_("answer: how do I complain")))

THEME = (
    table("offers", N_("Offers, one a row."), [
        text("offer_id", N_("offer")),
        text("group_id", N_("customer group")),
        text("package_class", N_("package class"), kind="decision"),
        text("content", N_("content")),
        truth("term_quality", N_("we answer for the quality until the transfer")),
        truth("term_custody", N_("we answer for the custody until the transfer")),
        truth("term_transport", N_("we answer for the transport until the transfer")),
        truth("term_security", N_("we answer for the security until the transfer")),
        text("transfer_point", N_("where ownership passes")),
        text("contract_form", N_("form of contract"), kind="decision"),
        money("price", N_("price"), kind="decision"),
        money("floor", N_("lowest price allowed")),
        money("cap", N_("highest price allowed")),
        money("cts", N_("cost to serve")),
        number("margin_target", N_("margin wanted"), "share", high=1, low=-1),
        day("valid_from", N_("valid from")),
        day("valid_to", N_("valid to")),
        *(text(name, meaning) for name, meaning in ANSWERS),
    ], key="offer_id", ordered=[("floor", "cap"), ("valid_from", "valid_to")]),
    table("penalties", N_("Penalties agreed."), [
        text("penalty_id", N_("penalty")),
        text("offer_id", N_("offer"), refers="offers.offer_id"),
        choice("party", N_("who pays"), "supplier customer"),
        text("parameter", N_("measure or duty")),
        number("tolerance", N_("deviation tolerated"), low=0),
        number("rate", N_("rate for a unit of deviation"), "share", low=0),
        money("base", N_("base of the penalty")),
        number("cap", N_("most that is paid, share of the base"), "share", low=0),
    ], key="penalty_id"),
    table("communications", N_("Communications with customers."), [
        text("group_id", N_("customer group")),
        choice("phase", N_("before, during or after the sale"), PHASE),
        text("technique", N_("technique")),
        text("medium", N_("medium")),
        text("content", N_("content")),
        text("form", N_("form")),
        text("owner", N_("who answers for it"), kind="decision"),
        day("date", N_("date")),
    ]),
    table("messages", N_("Messages of the promotion."), [
        text("message_id", N_("message")),
        text("text", N_("text")),
        text("medium", N_("medium")),
        text("group_id", N_("customer group")),
        choice("phase", N_("before, during or after the sale"), PHASE),
        text("goal_id", N_("goal")),
        text("fact", N_("fact it rests on")),
        text("differentiation", N_("what sets us apart")),
    ], key="message_id"),
)
