"""Page 01g: the wall of segment cards, eight questions each, filled in by the room."""

from __future__ import annotations

from svcnb.i18n import N_
from svcnb.panels import examples
from svcnb.panels.layout import Markup, join
from svcnb.panels.page import Check, Field, MethodCard, Page, TableView
from svcnb.sentences.cards import answer_of, read_cards
from svcnb.sentences.codes import read_code
from svcnb.steps.cards import ASKED, CARD_QUESTIONS, KEY


def fields(result, words):
    names = {row.segment_id: words(str(row.name)) for row in result.table("segments").itertuples(index=False)}
    columns = tuple(Field(ask, words(question), "area", "") for ask, question in zip(ASKED, CARD_QUESTIONS))
    return tuple(Field(key, words("Answers on the cards"), "rows", cards, columns, names=names)
                 for key, cards in result.decision.items() if key.startswith(KEY) and cards)


def adapt(result, view, words):
    """Beside the stored tables the answers as a reader sees them, size and share computed."""
    cards = result.table("cards")
    return {**result.tables, "cards_shown": cards.assign(answer=[answer_of(row, words) for row in cards.to_dict("records")])} \
        if len(cards) else result.tables


def draw(result, tables, view, words):
    """The wall: a card a segment; an empty line where nobody has answered."""
    wall, told = [], []
    for segment in result.table("segments").itertuples(index=False):
        rows = tables["cards_shown"][tables["cards_shown"]["segment_id"] == segment.segment_id]
        lines = join(Markup("<dt>{}</dt><dd>{}</dd>").format(words(row.asks), row.answer or "–") for row in rows.itertuples())
        wall.append(Markup('<article class="card"><h3>{} <span class="chip">{}</span></h3><p>{}</p><dl>{}</dl></article>').format(
            words(segment.name), read_code(segment.status, words), words("{n} of 8 answered", n=int(segment.answers)), lines))
        told.append(f"{words(segment.name)}: " + "; ".join(
            f"{words(row.asks)} {row.answer}" for row in rows.itertuples() if row.answer) + ".")
    return Markup('<div class="wall">{}</div>').format(join(wall)), "\n".join(told)


def check(result, tables, words):
    """The last question by hand: the share of the business is revenue by revenue."""
    rows = result.table("segments").dropna(subset=["share_revenue"])
    if len(rows) < 2:
        return None
    first = rows.iloc[0]
    revenue, whole = round(float(first["revenue"])), round(float(rows["revenue"].sum()))
    answer = 100 * revenue / whole
    by_customers = 100 * float(first["n"]) / float(rows["n"].sum())
    mistakes = ((by_customers, words("That is the share of the customers; the business is counted in money.")),
                (100 * revenue / max(whole - revenue, 1), words("That compares it with the others; the share is of the whole.")))
    return Check(words("{name:word} brings {revenue:0} of {whole:0} that all segments bring. How many per cent of the business is "
                       "that?", name=first["name"], revenue=revenue, whole=whole),
                 answer, 0.06, working=words("100 × {revenue:0} ÷ {whole:0}", revenue=revenue, whole=whole),
                 mistakes=tuple(one for one in mistakes if abs(one[0] - answer) > 0.06))


PAGE = Page(
    name="cards", step="cards", notebook="01g_cards", title=N_("Segment cards"), question=N_("What does each segment want?"),
    ends_in=N_("Step 1 · eight questions a segment · ends in: what the questionnaire of step 3 asks about"),
    read=lambda result, tables, view, words: read_cards(result, words), fields=fields, adapt=adapt, drawing=draw, check=check,
    beside="segmentation",
    tables=(TableView("segments", N_("Segments"), ("name", "n", "revenue", "share_revenue", "status")),
            TableView("cards_shown", N_("Answers on the cards"), ("segment_id", "asks", "answer"))),
    card=MethodCard(
        title=N_("Segment card"), quotation="¿Qué desea cada segmento de clientes?",
        source=N_("Gómez, Acevedo, González 2004, S2:L192 and L196 to L203"),
        formula=N_("size = customers of the segment; share = its revenue ÷ all revenue"),
        assumes=N_("the people who meet the customers answer; a card with fewer than six of eight answers is not complete"),
        fails=N_("one person fills in all cards, or every card says the same: then it is one segment"),
        **examples.CARD))
