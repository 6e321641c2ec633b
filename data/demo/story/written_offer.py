"""Tables that people wrote about experts, offer, plan and audit (see story/written.py for the form)."""

from __future__ import annotations

WRITTEN_OFFER = {
    "cost_drivers": """
driver_id | name | activity | inf_cost | inf_cycle | inf_level
D01 | orders a month | order taking | 4 | 3 | 2
D02 | lines per order | picking | 4 | 4 | 4
D03 | variability of order size | picking | 2 | 3 | 3
D04 | delivery points | transport | 5 | 4 | 3
D05 | difficulty of transport | transport | 4 | 4 | 3
D06 | tightness of the delivery window | transport | 3 | 4 | 5
D07 | share of urgent orders | order taking | 4 | 5 | 5
D08 | special handling and packing | picking | 3 | 3 | 2
D09 | complexity of documents and payment | billing | 3 | 3 | 2
D10 | technical advice | after-sales | 5 | 3 | 5
D11 | share of returns | after-sales | 3 | 2 | 4
D12 | share of claims | after-sales | 3 | 3 | 5
""",
    "experts": """
expert_id | name | activity | frontline | self_rating | theory | experience | others
E1 | Head of sales | order taking | false | 9 | high | high | medium
E2 | Counter | order taking | true | 8 | medium | high | medium
E3 | Warehouse | picking | false | 9 | medium | high | medium
E4 | Transport | transport | false | 8 | medium | high | low
E5 | Purchasing | purchasing | false | 9 | high | medium | medium
E6 | Driver | transport | true | 8 | medium | high | low
E7 | Technical adviser | technical advice | true | 10 | high | high | high
E8 | Finance | invoicing | false | 7 | medium | medium | medium
E9 | Trainee | invoicing | false | 3 | low | low | low
""",
    "forces": """
force_id | objective_id | side | text | goal_id | influenceability
F1 | O1 | driving | Drivers know the workshops and their hours | G1:M2 | 3
F2 | O1 | driving | The forty main oils make most of the orders | G1:M3 | 4
F3 | O1 | driving | Management has put money aside for stock | G1:M11 | 4
F4 | O1 | driving | The new sales system can show the state of an order | G1:M4 | 3
F5 | O1 | restraining | Stock figures are wrong for lubricants | G1:M3 | 5
F6 | O1 | restraining | The supplier of oils delivers late and short | G1:M11 | 2
F7 | O1 | restraining | Dates are promised without looking at stock | G1:M2 | 5
F8 | O1 | restraining | Orders are copied by hand | G1:M8 | 4
""",
    "parameters": """
parameter_id | name | content | unit | current | goal_id | activity_id | items | type | cost
P1 | safety stock of lubricants | stock that covers the lead time at the level guaranteed | units | 900 | G1:M3 | A2 | \
LUB-01;LUB-02;LUB-03;LUB-04;LUB-05 | restraining | 38000
P2 | accuracy of stock figures | records that agree with a count | share | 0.91 | G1:M3 | A2 | | restraining | 9000
P3 | promise checked against stock | orders promised after looking at stock | share | 0.55 | G1:M2 | A1 | | \
restraining | 4000
P4 | routes on Tuesday and Friday | delivery rounds on peak days | routes | 4 | G1:M2 | A3 | | driving | 21000
P5 | servers at the counter in the peak | servers from 10 to 12 on Tuesday and Friday | servers | 3 | G1:M1 | A1 | | \
driving | 12000
P6 | lead time of the oil supplier | days from order to receipt | days | 6 | G1:M11 | A2 | | restraining | 0
P7 | hours of technical advice | hours a month | hours | 270 | G3:M12 | A5 | | driving | 26000
P8 | orders copied by hand | share of orders written twice | share | 1.0 | G1:M8 | A1 | | restraining | 15000
""",
    "offers": """
offer_id | group_id | content | term_quality | term_custody | term_transport | term_security | transfer_point | \
floor | cap | cts | margin_target | valid_from | valid_to | answer_what | answer_how | answer_when | \
answer_where | answer_who | answer_how_much | answer_failure | answer_complaint
OF1 | G1 | forty main oils always in stock, two rounds on peak days | true | true | true | false | \
door of the workshop | | 62 | 41 | 0.22 | 2026-10-01 | 2027-09-30 | the forty oils of the list | \
web, telephone or counter | within two days | at the workshop | your seller | list price less your class | \
the next order travels free | any day by telephone
OF2 | G2 | tank service with an answer in two hours | true | true | true | true | mouth of the tank | 60 | 95 | 68 | \
0.15 | 2026-10-01 | 2027-09-30 | diesel and AdBlue in the tank | one number to call | within two days | at the base | \
the fleet desk | price of the day plus service | 5 % of the delivery |
OF3 | G3 | oils with a technician within a day | true | true | true | false | gate of the plant | | 320 | 205 | 0.28 | \
2026-10-01 | 2027-09-30 | oils, analysis and advice | contract | monthly plan | in the plant | your technician | \
yearly contract | | to your technician
""",
    "penalties": """
penalty_id | offer_id | party | parameter | tolerance | rate | base | cap
PE1 | OF1 | supplier | M2 | 0 | 0.02 | 600 | 0.10
PE2 | OF1 | customer | payment | 5 | 0.001 | 600 | 0.05
PE3 | OF2 | supplier | M2 | 0.5 | 0.03 | 900 | 0.10
PE4 | OF3 | supplier | M12 | 1 | 0.01 | 4000 | 0.10
PE5 | OF3 | customer | forecast | 3 | 0.005 | 4000 | 0.05
""",
    "communications": """
group_id | phase | technique | medium | content | form | date
G1 | before | visit | seller | the forty oils in stock | leaflet | 2026-09-15
G1 | during | message | telephone | state of the order | text message | 2026-10-01
G1 | after | call | telephone | was it complete and on the day? | three questions | 2026-11-02
G2 | before | letter | email | one number, one answer in two hours | letter | 2026-09-15
G2 | after | report | email | answers given within two hours | table | 2027-01-11
G3 | before | visit | technician | advice within a day | presentation | 2026-09-20
G3 | during | visit | technician | plan of the month | report | 2026-10-05
G3 | after | meeting | technician | hours without stoppage | report | 2027-01-18
""",
    "messages": """
message_id | text | medium | group_id | phase | goal_id | fact | differentiation
MS1 | The forty main oils, complete and on the day | leaflet | G1 | before | G1:M11 | | the rival answers for dates only
MS2 | Delivery within two days | web | G1 | before | G1:M2 | | two rounds on peak days
MS3 | An answer in two hours | letter | G2 | before | G2:M4 | | one number to call
MS4 | A technician within a day | visit | G3 | before | G3:M12 | 210 calls for advice in two years | nobody else advises
MS5 | The best quality of the west | poster | G1 | before | | |
""",
    "agenda": """
review_id | scheduled | done | information_pack | evidence
RV1 | 2026-03-31 | 2026-03-31 | complaints by cause, fill rates | minutes 1
RV2 | 2026-04-30 | 2026-05-04 | complaints by cause, fill rates | minutes 2
RV3 | 2026-05-29 | 2026-05-29 | complaints by cause, fill rates, survey | minutes 3
RV4 | 2026-06-30 | | complaints by cause, fill rates |
""",
    "projects": """
name | component_id | resources | start | end | activities | control_measure | target
Forty oils in stock | C7 | 38000 EUR, one buyer | 2026-09-01 | 2026-12-18 | count; set stocks; check | M3 | 0.96
Second round on peak days | C9 | one lorry, one driver | 2026-09-14 | 2026-12-18 | plan routes; train | M2 | 0.93
A technician within a day | C5 | one technician | 2026-10-01 | 2027-03-31 | hire; train; plan visits | M12 | 0.90
""",
    "benefits": """
benefit_id | baseline | target | actual | unit
quality cost | 61000 | 40000 | | currency
inventory cost | 182000 | 176000 | | currency
service level | 0.63 | 0.80 | | share
service revenue | 24000 | 70000 | | currency
obsolescence | 19000 | 15000 | | currency
customer satisfaction | 6.9 | 8.0 | 6.9 | score
shipping cost | 415000 | 430000 | | currency
technician visits | 140 | 320 | 152 | count
""",
    "component_audit": """
leaf_id | score
definition of the strategy | 1
offer definition and positioning | 1
market strategy | 1
portfolio management | 2
warranty and claim management | 1
reverse logistics | 1
return processes | 2
remanufacturing |
technician management | 0
mobility | 0
e-learning | 0
activity scheduling | 1
service billing | 1
order and availability management | 1
partners and channels | 2
consumer perception | 1
technical documentation | 1
remote monitoring | 0
diagnosis and testing | 1
asset management and optimisation |
""",
    "action_register": """
action_id | measure_id | deviation | cause | action | due | check
AC1 | M2 | one workshop order in four is late | promised without stock | promise only what stock covers | 2026-09-30 | \
M2 of October
AC2 | M11 | one workshop order in four is short | stock figures wrong | count the forty oils every week | 2026-09-30 | \
M11 of October
AC3 | M8 | invoices differ from delivery notes | prices kept twice | one price list | 2026-10-31 | errors of November
AC4 | M12 | industry waits for a technician (forecast) | one technician | hire a second | 2026-12-31 | M12 of January
""",
    "supervision": """
item_id | chapter | evaluator | date | score | remark
SU1 | 4 How | head of sales | 2026-05-12 | 7 | orders still copied by hand
SU2 | 5 Who | head of sales | 2026-05-12 | 6 | counter alone on Friday
SU3 | 7 When | head of transport | 2026-06-09 | 5 | dates promised without stock
SU4 | 8 With what | head of warehouse | 2026-06-09 | 6 | two scanners for four people
""",
}
