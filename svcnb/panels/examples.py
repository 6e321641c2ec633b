"""The examples of the method cards: a table small enough to be worked by hand and what the method gives for it.

A row of headings, then the values as they are; where method.md works an example, these are its numbers. Each is recomputed
by the method itself in ``tests/test_cards.py``: every number of the sentence, in both languages.
"""

from __future__ import annotations

from svcnb.i18n import N_

_COUNTS = (
    (N_("Variable"), N_("Category"), N_("use it"), N_("do not")),
    (N_("sex"), N_("men"), 10, 40),
    (N_("sex"), N_("women"), 30, 20),
    (N_("age"), N_("young"), 14, 18),
    (N_("age"), N_("adult"), 14, 30),
    (N_("age"), N_("older"), 12, 12))
_POINTS = (("K1", 1, 1), ("K2", 2, 1), ("K3", 1, 2), ("K4", 8, 8), ("K5", 9, 8), ("K6", 8, 9))

CONTINGENCY = {"example": _COUNTS, "example_result": N_(
    "Of 100 customers 40 use the product, so of 50 men 50 × 40 ÷ 100 = 20 are expected and 10 are counted. Over the four "
    "cells of sex χ² = 16.67 and V = 0.41: it divides. Age gives χ² = 2.41, V = 0.16 and p = 0.30, as chance may.")}

GAPS = {"example": (
    (N_("Service"), N_("0 to 10")),
    (N_("expected by customers"), 9.0),
    (N_("believed by management"), 8.0),
    (N_("specified"), 7.5),
    (N_("provided"), 6.0),
    (N_("perceived by customers"), 5.5)), "example_result": N_(
    "Knowledge gap 9 − 8 = 1, standards gap 8 − 7.5 = 0.5, delivery gap 7.5 − 6 = 1.5, perception gap 6 − 5.5 = 0.5. Together 3.5, "
    "as much as 9 − 5.5: the service gap. Its primary cause is the delivery gap with 1.5.")}

STABILITY = {"example": (
    (N_("Orders a year"), N_("share before, e"), N_("share now, a")),
    (N_("up to 10"), 0.50, 0.40),
    (N_("11 to 50"), 0.30, 0.35),
    (N_("more than 50"), 0.20, 0.25)), "example_result": N_(
    "The first term is (0.40 − 0.50) × ln(0.40 ÷ 0.50) = 0.0223, the others are 0.0077 and 0.0112: PSI = 0.0412. It is below "
    "0.10, so the variable is stable.")}

BELSON = {"example": _COUNTS, "example_result": N_(
    "Of all 100 the share 0.40 uses the product. Only women lie above it: D = 30 − 0.40 × 50 = 10.0. Of age, young and older "
    "lie above it: D = 26 − 0.40 × 56 = 3.6. Sex divides first.")}

AID = {"example": (
    (N_("Region"), N_("Type"), N_("Orders a month")),
    (N_("North"), N_("retail"), 12),
    (N_("North"), N_("retail"), 14),
    (N_("North"), N_("industry"), 16),
    (N_("South"), N_("retail"), 20),
    (N_("South"), N_("industry"), 22),
    (N_("South"), N_("industry"), 24),
    (N_("East"), N_("retail"), 13),
    (N_("East"), N_("industry"), 15),
    (N_("East"), N_("industry"), 17)), "example_result": N_(
    "The mean is 17. South against the rest gives 3 × (22.0 − 17)² + 6 × (14.5 − 17)² = 112.5 of the 138 there are, 81.5 %; "
    "the type gives only 36.45. AID cuts off the South first; then, in the rest, the type gives 13.5.")}

AGREEMENT = {"example": (
    (N_("Customer"), N_("by the tree"), N_("by clusters")),
    ("K1", "S1", "C1"),
    ("K2", "S1", "C1"),
    ("K3", "S1", "C2"),
    ("K4", "S2", "C2"),
    ("K5", "S2", "C2"),
    ("K6", "S2", "C2")), "example_result": N_(
    "Of 15 pairs of customers 6 are together in the tree, 7 in the clusters and 4 in both. Expected are 6 × 7 ÷ 15 = 2.8, the"
    " most possible is (6 + 7) ÷ 2 = 6.5: adjusted Rand = (4 − 2.8) ÷ (6.5 − 2.8) = 0.32, little more than chance.")}

FACTORS = {"example": (
    (N_("Item"), N_("on time"), N_("complete"), N_("friendly")),
    (N_("on time"), 1.0, 0.6, 0.6),
    (N_("complete"), 0.6, 1.0, 0.6),
    (N_("friendly"), 0.6, 0.6, 1.0)), "example_result": N_(
    "The eigenvalues of these correlations are 1 + 2 × 0.6 = 2.2 and twice 1 − 0.6 = 0.4: one factor above 1, with 2.2 ÷ 3 = "
    "73.3 % of the variance. Each loading is √(2.2 ÷ 3) = 0.856; KMO = 0.719.")}

ABC = {"example": (
    (N_("Customer"), N_("Revenue")),
    ("K1", 500), ("K2", 300), ("K3", 120), ("K4", 50), ("K5", 30)), "example_result": N_(
    "Of the total of 1,000 stand 0 % before K1 and 50 % before K2: both are A and bring 80 %. Before K3 stand 80 % and before"
    " K4 92 %: B. Before K5 stand 97 %: C.")}

CLUSTERS = {"example": ((N_("Customer"), N_("orders"), N_("lines")), *_POINTS), "example_result": N_(
    "Ward joins at the heights 1.00, 1.00, 1.29 and 1.29, and only at 17.15 the last two groups: 2 clusters of 3. For K1, a ="
    " 1.00 and b = 10.39, so s = (10.39 − 1.00) ÷ 10.39 = 0.90; the mean silhouette is 0.89.")}

DISCRIMINANT = {"example": (
    (N_("Customer"), N_("orders"), N_("lines"), N_("Group")),
    *((*point, "A" if place < 3 else "B") for place, point in enumerate(_POINTS))), "example_result": N_(
    "The weights are w = (42; 42) and the cut is c = 406. A new customer with 5 and 4 has 42 × 5 + 42 × 4 = 378, less than "
    "the cut: group A. One with 5 and 5 has 420: group B.")}

LABORIOUSNESS = {"example": (
    (N_("Driver"), N_("Cost"), N_("Cycle"), N_("Level"), "G1", "G2"),
    (N_("orders a month"), 5, 4, 3, 5, 2),
    (N_("lines an order"), 3, 5, 4, 4, 3),
    (N_("delivery points"), 4, 3, 5, 5, 3),
    (N_("documents"), 2, 3, 2, 3, 2),
    (N_("urgent orders"), 5, 5, 5, 4, 1)), "example_result": N_(
    "The mean influences 4.00, 4.00, 4.00, 2.33 and 5.00 sum to 19.33. G1: (4.00 × 5 + 4.00 × 4 + 4.00 × 5 + 2.33 × 3 + 5.00 "
    "× 4) ÷ 19.33 = 4.29, high; G2 in the same way 2.16, low.")}

INTERDEPENDENCE = {"example": (
    (N_("Customer"), N_("ours"), N_("theirs")),
    ("K1", 4, 2), ("K2", 5, 4), ("K3", 1, 4), ("K4", 2, 1), ("K5", 3, 2)), "example_result": N_(
    "K1: interdependence (4 + 2) ÷ 2 = 3.0, asymmetry 4 − 2 = 2: it holds us hostage, as K5 does with 2.5 and 1. K2 has 4.5: "
    "high interdependence. Over K3 we have power, 1 − 4 = −3; K4 has 1.5: low interdependence.")}

GENERAL_LEVEL = {"example": (
    (N_("Measure"), N_("Level")),
    (N_("on time"), 0.98), (N_("complete"), 0.95), (N_("undamaged"), 0.94)), "example_result": N_(
    "0.98 × 0.95 × 0.94 = 0.875: 87.5 % of the orders are right in everything if failures are independent. The third measure "
    "brings 46.4 % of the loss; to reach 90 % by it alone it would have to be 96.7 %.")}

COMPOSITION = {"example": (
    (N_("Group"), N_("customers"), N_("orders a month"), N_("units an order")),
    ("G1", 600, 0.5, 40), ("G2", 400, 1.2, 90), ("G3", 200, 3.0, 60)), "example_result": N_(
    "Without growth: 600 × 0.5 × 40 = 12,000, G2 brings 43,200 and G3 36,000, together 91,200 units a month.")}

WINDOW = {"example": (
    (N_("Component"), N_("importance"), N_("satisfaction")),
    (N_("quality"), 30, 8.5), (N_("delivery time"), 25, 5.5), (N_("availability"), 22, 6.0), (N_("price"), 15, 7.5),
    (N_("documents"), 8, 6.0)), "example_result": N_(
    "The cuts are 100 ÷ 5 = 20 points and the mean satisfaction of 6.7. Attention: delivery time with priority 25 × (10 − "
    "5.5) = 112.5 and availability with 88.0. Bravo: quality; cut or communicate: price; do not worry: documents.")}

OPTIMUM = {"example": (
    (N_("From level"), N_("to level"), N_("z below"), N_("z above")),
    (0.90, 0.91, 1.281552, 1.340755),
    (0.91, 0.92, 1.340755, 1.405072),
    (0.92, 0.93, 1.405072, 1.475791),
    (0.93, 0.94, 1.475791, 1.554774),
    (0.94, 0.95, 1.554774, 1.644854)), "example_result": N_(
    "One more point wins 0.75 × 0.0015 × 80,000 = 90.00 a year. It costs 0.25 × 10 × 500 = 1,250 × the step of z: 80.40 from "
    "91 to 92 %, 88.40 from 92 to 93 %, 98.73 from 93 to 94 %. The last step that pays ends at 93 %.")}

GOALS = {"example": (
    (N_("Level"), "G1", "G2", "G3"),
    (N_("optimum"), 0.924, 0.924, 0.924),
    (N_("competitor"), 0.95, 0.95, 0.95),
    (N_("floor"), 0.90, 0.90, 0.90),
    (N_("expected"), 0.97, 0.97, 0.91)), "example_result": N_(
    "Only G1 is strategic and meets the competitor: 95.0 %. G2 keeps to the economic optimum: 92.4 %. G3 expects no more than"
    " 91.0 %, and gets that.")}

MATRICES = {"example": (
    (N_("Group"), N_("Interaction"), N_("Labour"), N_("Singularity")),
    ("G1", 4, 2, 3.4), ("G2", 2, 4, 1.8), ("G3", 5, 5, 5.0)), "example_result": N_(
    "G1: interaction 4 is high, labour 2 low: service shop; contact index ((4 − 1) ÷ 4 + (3.4 − 1) ÷ 4) ÷ 2 = 0.675. G2 is a "
    "mass service with 0.225, G3 a professional service with 1.000.")}

WAITING = {"example": (
    (N_("arrivals an hour"), N_("served an hour by one"), N_("Servers")),
    (2, 3, 1), (2, 3, 2), (2, 3, 3)), "example_result": N_(
    "With 1 server the utilisation is 2 ÷ 3 = 66.7 % and customers wait 40.0 minutes on average; with 2 it is 33.3 % and 2.5 "
    "minutes, with 3 it is 22.2 % and 0.3 minutes.")}

CONCORDANCE = {"example": (
    (N_("Expert"), "F1", "F2", "F3", "F4", "F5"),
    ("E1", 1, 2, 3.0, 4.0, 5.0), ("E2", 1, 3, 2.0, 4.0, 5.0), ("E3", 2, 1, 3.0, 4.5, 4.5), ("E4", 1, 2, 3.5, 3.5, 5.0)),
    "example_result": N_(
    "The rank sums 5.0, 8.0, 11.5, 16.0 and 19.5 lie around 4 × (5 + 1) ÷ 2 = 12: S = 137.5; the 2 ties give ΣT = 12. W = 12 "
    "× 137.5 ÷ (4² × (5³ − 5) − 4 × 12) = 0.88, the experts agree.")}

OFFER = {"example": (
    (N_("Term"), N_("Value")),
    (N_("cost to serve a unit"), 80),
    (N_("margin"), 0.2),
    (N_("value of the order"), 10000),
    (N_("penalty a day, share of the order"), 0.005),
    (N_("cap of the penalty, share of the order"), 0.05),
    (N_("days late beyond tolerance"), 3)), "example_result": N_(
    "Price: 80 ÷ (1 − 0.2) = 100. Penalty: 0.005 × 3 × 10,000 = 150, below the cap of 0.05 × 10,000 = 500, which 10 days "
    "reach.")}

PERIODS = {"example": (
    (N_("Week from"), N_("orders"), N_("on time")),
    ("2027-02-01", 100, 95), ("2027-02-08", 110, 99), ("2027-02-15", 90, 90), ("2027-02-22", 120, 108)), "example_result": N_(
    "Orders add up to the month: 100 + 110 + 90 + 120 = 420. The level is computed anew, 392 ÷ 420 = 93.3 %; the mean of the "
    "four weekly levels would be 93.8 %.")}

VOTES = {"example": (
    (N_("Variable"), N_("in favour"), N_("against")),
    (N_("branch"), 7, 2), (N_("size"), 9, 0), (N_("region"), 5, 4), (N_("sex"), 3, 6), (N_("age"), 6, 3)), "example_result": N_(
    "Branch: Cc = (1 − 2 ÷ 9) × 100 = 77.8 %, more than 60 %, so it is kept; so are size with 100.0 % and age with 66.7 %. "
    "Region with 55.6 % and sex with 33.3 % fall.")}

CARD = {"example": (
    (N_("Customer"), N_("Segment"), N_("Revenue")),
    ("K1", N_("workshops"), 40), ("K2", N_("workshops"), 30), ("K3", N_("shops"), 20), ("K4", N_("households"), 6),
    ("K5", N_("households"), 4)), "example_result": N_(
    "Households: size 2 of 5 customers, share of the business (6 + 4) ÷ 100 = 10.0 %. Workshops have as many customers and "
    "bring 70.0 %.")}

SPLITTING = {"example": (
    (N_("Customer"), N_("delivery points"), N_("Laboriousness")),
    ("K1", 1, 2.1), ("K2", 1, 2.4), ("K3", 2, 2.0), ("K4", 4, 3.0), ("K5", 5, 3.2), ("K6", 6, 2.9)), "example_result": N_(
    "Cut at 4 delivery points there are 3 customers below and 3 from there, with mean ranks 2.0 and 5.0 of 6 customers: H = 12 ÷ "
    "(6 × 7) × (3 × (2.0 − 3.5)² + 3 × (5.0 − 3.5)²) = 3.86, p = 0.0495. The parts differ, but 3 are too few to be a group.")}

SAMPLE = {"example": (
    (N_("Segment"), N_("Customers"), N_("Spread, S")),
    (N_("workshops"), 600, 0.8), (N_("shops"), 400, 1.2), (N_("households"), 200, 2.0)), "example_result": N_(
    "At ± 5 % n₀ = 1.96² × 0.25 ÷ 0.05² = 384.16, of 1,200 customers 291.18, so 292 answers. In proportion they are 146, 97 and "
    "49; by Neyman 103, 103 and 86. At ± 10 % in each segment 83, 78 and 66 are needed, 227 in all.")}

QUESTIONNAIRE = {"example": (
    (N_("Question"), N_("Asks")),
    (N_("How fast and friendly is delivery?"), N_("how well")),
    (N_("Do you agree that we are never late?"), N_("how well")),
    (N_("How good is our RMA handling?"), N_("how well")),
    (N_("How reliable are our products?"), N_("how well")),
    (N_("What is your branch of activity?"), N_("who answers"))), "example_result": N_(
    "Of 5 questions 2 are in order and 3 ask for a second look: the first asks two things, the second denies where one agrees, "
    "the third has a short form that nobody explains.")}
