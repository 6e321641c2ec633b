"""Tables that people wrote, not drawn by chance: company, strategy, organisation, economics.

One text a table: the first line names the columns, cells are parted by ``|``.
"""

from __future__ import annotations

import io

import pandas as pd


def read_written(text: str) -> pd.DataFrame:
    """The table in such a text; cells stay text, as they will stand in the file."""
    rows = [[cell.strip() for cell in line.split("|")] for line in io.StringIO(text.strip())]
    return pd.DataFrame(rows[1:], columns=rows[0])


WRITTEN = {
    "components": """
component_id | name | spanish | tangible
C1 | product quality | calidad del producto | true
C2 | product variety | variedad de productos | true
C3 | product features | características del producto | true
C4 | product reliability | fiabilidad del producto | true
C5 | after-sales service | servicio de posventa | false
C6 | cost to the customer | costo | true
C7 | availability | disponibilidad | false
C8 | response time | tiempo de respuesta | false
C9 | delivery time | tiempo de entrega | false
C10 | attitude | actitud | false
""",
    "competitors": """
competitor_id | name | share | segments
K1 | Lubricantes Rápidos | 0.24 | S1;S2;S3
K2 | Carburantes Bajo Coste | 0.18 | S1;S2;S3
""",
    "strategy": """
field | text
customer | Workshops, fleets, industry and a few farms of the west; our own lorries as internal customers
needs | The right oil today: stock and delivery for workshops, answer and price for fleets, advice for industry
competition | K1 is quick and well stocked, K2 is cheap; neither advises
patterns | Workshops order on Tuesday and Friday morning; peaks in June and December; payment at 30 days
attitude | We tell a customer first when something will be late
organisation | One depot, one counter, six lorries; sales and warehouse report apart
responsibility | Who takes the order answers for it until it is delivered
""",
    "life_cycle": """
product_family | stage | horizon_years
fuel | maturity | 5
lubricant | maturity | 5
grease | decline | 3
accessory | growth | 5
""",
    "value_anchors": """
item_id | worst | best
C7 | 0.80 | 1.00
C8 | 24 | 0.5
C9 | 6 | 1
M1 | 8 | 1
M2 | 0.60 | 1.00
M3 | 0.80 | 1.00
M11 | 0.60 | 1.00
M13 | 15 | 1
""",
    "segment_cards": """
segment_id | question | answer
S1 | 1 | That the oil is there and comes when promised
S1 | 2 | The quality of the brand and the people at the counter
S1 | 3 | Half deliveries and waiting at the counter on Tuesday
S1 | 4 | Stock of the forty articles that matter and a second route
S1 | 5 | Complete and on the day
S1 | 6 | K1 for urgent needs
S2 | 1 | A quick answer and the price of a tank
S2 | 2 | Clean product, exact invoices
S2 | 3 | Calling three times to know where the lorry is
S2 | 4 | One person to call and order status on the web
S2 | 5 | An answer within two hours
S2 | 6 | K2 for the price
S3 | 1 | Technical advice after the sale and a product that never fails
S3 | 2 | Product quality
S3 | 3 | Nobody comes when a machine stops
S3 | 4 | A technician within a day
S3 | 5 | Measured by hours without stoppage
S4 | 1 | The price of diesel
S4 | 5 | That it arrives before the harvest
""",
    "window_questions": """
question | answer
1 | Sellers visit workshops every month, industry twice a year
2 | By the survey of April and by the complaints
3 | Purchasing heads of 600 customers, and the mechanics who use the oil
4 | Yes: our own lorries order like a fleet
5 | The customer, by what he tells the driver
6 | Stock, date of delivery and the state of the order
7 | The seller before, the counter during, nobody after
""",
    "questionnaire": """
question_id | text | component_id | purpose | type | scale_min | scale_max
N01 | Share 100 points among the ten components of our service | | weights of the components | importance | 0 | 100
N02 | How good is the quality of our products? | C1 | customer window | performance | 0 | 10
N03 | How good is the variety of our products? | C2 | customer window | performance | 0 | 10
N04 | How good are the features of our products? | C3 | customer window | performance | 0 | 10
N05 | How reliable are our products? | C4 | customer window | performance | 0 | 10
N06 | How good is our service after the sale? | C5 | customer window | performance | 0 | 10
N07 | How satisfied are you with what our service costs you? | C6 | customer window | performance | 0 | 10
N08 | How often do we have what you need? | C7 | customer window | performance | 0 | 10
N09 | How fast and friendly is our answer? | C8 | customer window | performance | 0 | 10
N10 | How good is our delivery time? | C9 | customer window | performance | 0 | 10
N11 | How do our people treat you? | C10 | customer window | performance | 0 | 10
N12 | What service do you expect of a good supplier? | | distances | expectation | 0 | 10
N13 | What is your branch of activity? | | split the answers by branch | classification | |
N14 | What should we change first? | | ideas | open | |
""",
    "information_maturity": """
level | note
2 | Orders are in the sales system; the warehouse and the lorries are not connected
""",
    "attractiveness": """
segment_id | criterion | score | weight
S1 | size | 5 | 0.30
S1 | growth | 3 | 0.20
S1 | margin | 4 | 0.20
S1 | position | 3 | 0.15
S1 | fit | 4 | 0.15
S2 | size | 4 | 0.30
S2 | growth | 5 | 0.20
S2 | margin | 2 | 0.20
S2 | position | 3 | 0.15
S2 | fit | 4 | 0.15
S3 | size | 2 | 0.30
S3 | growth | 3 | 0.20
S3 | margin | 5 | 0.20
S3 | position | 4 | 0.15
S3 | fit | 3 | 0.15
S4 | size | 1 | 0.30
S4 | growth | 2 | 0.20
S4 | margin | 2 | 0.20
S4 | position | 2 | 0.15
S4 | fit | 2 | 0.15
""",
    "behaviour": """
group_id | orders_per_week | tolerance_days | wait_share | substitute_share | elsewhere_share | leave_share | \
order_margin | customer_value
G1 | 60 | 1 | 0.35 | 0.20 | 0.40 | 0.05 | 310 | 9500
G2 | 39 | 1 | 0.45 | 0.10 | 0.40 | 0.05 | 240 | 8200
G3 | 18 | 3 | 0.75 | 0.10 | 0.12 | 0.03 | 290 | 11500
""",
    "method_scores": """
method_id | cost | precision | weakness | resources | application
jury | 4 | 2 | 2 | 4 | 4
sales_force | 3 | 3 | 2 | 3 | 4
intention_survey | 2 | 3 | 3 | 2 | 3
delphi | 2 | 3 | 3 | 2 | 3
market_test | 1 | 4 | 3 | 1 | 2
analogy | 4 | 2 | 2 | 4 | 2
naive | 5 | 2 | 2 | 5 | 4
seasonal_naive | 5 | 3 | 3 | 5 | 4
moving_average | 5 | 3 | 3 | 5 | 4
smoothing | 5 | 4 | 3 | 4 | 4
holt | 5 | 4 | 3 | 4 | 4
trend | 4 | 3 | 3 | 4 | 3
causal | 3 | 4 | 3 | 2 | 3
decomposition | 4 | 4 | 3 | 3 | 3
""",
    "service_curve": """
sl | revenue | cost
0.80 | 4000000 | 300000
0.85 | 4140000 | 340000
0.90 | 4260000 | 400000
0.93 | 4325000 | 450000
0.95 | 4360000 | 510000
0.97 | 4390000 | 620000
0.985 | 4410000 | 800000
""",
    "inventory_case": """
trading_margin | sales_response | annual_sales | carrying_rate | unit_cost | sigma_lt
6.0 | 0.0012 | 160000 | 0.22 | 42 | 1700
""",
    "design_options": """
option_id | set_id | cost | measure_id | value
today | system | 300000 | M2 | 0.80
today | system | 300000 | M3 | 0.91
morning route | system | 335000 | M2 | 0.86
morning route | system | 335000 | M3 | 0.92
central stock | system | 372000 | M2 | 0.88
central stock | system | 372000 | M3 | 0.955
stock and route | system | 418000 | M2 | 0.94
stock and route | system | 418000 | M3 | 0.957
night service | system | 560000 | M2 | 0.97
night service | system | 560000 | M3 | 0.975
""",
    "service_factors": """
group_id | interaction | customisation | labour | labour_cost | asset_value | complexity | singularity | \
nonstandard_share | n_steps
G1 | 2 | 2 | 4 | 420000 | 340000 | 2 | 2 | 0.12 | 7
G2 | 2 | 1 | 2 | 180000 | 520000 | 2 | 1 | 0.04 | 6
G3 | 4 | 4 | 4 | 260000 | 180000 | 4 | 4 | 0.55 | 13
""",
    "centralisation": """
sales_force | dispersion | personal_selling | channels | requirements
2 | 3 | 3 | 4 | 4
""",
    "org_form": """
complex_lines | sales | similar | segments
3 | 4 | 5 | 3
""",
    "process_steps": """
step_id | name | sequence | department | visible_to_customer | customer_role | value_class | minutes | deviation
T01 | take the order | 1 | sales | true | co_producer | value | 6 | article code unclear
T02 | check the credit | 2 | finance | false | none | necessary | 4 | waits for a signature
T03 | check the stock | 3 | warehouse | false | none | necessary | 3 | stock figure is wrong
T04 | copy the order by hand | 4 | warehouse | false | none | none | 5 | copying error
T05 | confirm date to customer | 5 | sales | true | passive | value | 3 | promise made without stock
T06 | pick | 6 | warehouse | false | none | value | 22 | article missing
T07 | control the picking | 7 | warehouse | false | none | necessary | 6 |
T08 | write the delivery note | 8 | finance | false | none | necessary | 4 | wrong price
T09 | load | 9 | transport | false | none | necessary | 15 |
T10 | deliver | 10 | transport | true | passive | value | 55 | customer closed
T11 | sign three copies | 11 | transport | true | co_producer | none | 4 |
T12 | invoice | 12 | finance | true | passive | necessary | 6 | invoice differs from note
T13 | advise after the sale | 13 | technical | true | co_producer | value | 90 | nobody free
""",
    "staff": """
staff_id | role
V1 | counter
V2 | counter
V3 | counter
V4 | telephone sales
V5 | technical adviser
V6 | driver
""",
    "requirements": """
requirement_id | skill | level | weight | mandatory
R1 | knowledge of the products | 4 | 0.30 | true
R2 | procedures of the counter | 3 | 0.20 | false
R3 | speaking with customers | 4 | 0.30 | false
R4 | use of the sales system | 3 | 0.20 | false
""",
    "staff_skills": """
staff_id | requirement_id | level
V1 | R1 | 5
V1 | R2 | 4
V1 | R3 | 4
V1 | R4 | 2
V2 | R1 | 4
V2 | R2 | 3
V2 | R3 | 3
V2 | R4 | 4
V3 | R1 | 3
V3 | R2 | 2
V3 | R3 | 5
V3 | R4 | 3
""",
    "candidates": """
candidate_id | requirement_id | level
CA1 | R1 | 4
CA1 | R2 | 3
CA1 | R3 | 3
CA1 | R4 | 4
CA2 | R1 | 3
CA2 | R2 | 5
CA2 | R3 | 5
CA2 | R4 | 5
CA3 | R1 | 5
CA3 | R2 | 2
CA3 | R3 | 4
CA3 | R4 | 2
""",
    "queue_params": """
queue_id | arrival_rate_h | service_rate_h | ca2 | cs2 | servers | mean_patience_min | goal_t_min | \
goal_prob | cost_server_h | cost_wait_h
counter | 9.6 | 10 | 1 | 1 | 3 | 15 | 10 | 0.9 | 19 | 32
""",
    "activities": """
activity_id | name | resources | hours_per_resource | efficiency
A1 | order taking | 3 | 150 | 0.87
A2 | picking | 4 | 150 | 0.95
A3 | transport | 6 | 150 | 0.93
A4 | invoicing | 2 | 150 | 0.85
A5 | technical advice | 2 | 150 | 0.90
""",
    "services": """
service_id | name | groups
SV1 | delivered order | G1;G3;G4
SV2 | delivered tank | G2
SV3 | technical advice | G1;G3
SV4 | sale at the counter | G1
""",
    "norms": """
activity_id | service_id | hours_per_unit
A1 | SV1 | 0.35
A1 | SV2 | 0.30
A1 | SV3 | 0.20
A1 | SV4 | 0.05
A2 | SV1 | 1.10
A2 | SV2 | 0.35
A2 | SV4 | 0.06
A3 | SV1 | 1.30
A3 | SV2 | 2.00
A4 | SV1 | 0.20
A4 | SV2 | 0.15
A4 | SV3 | 0.10
A4 | SV4 | 0.02
A5 | SV3 | 3.60
""",
    "means": """
means_id | kind | quantity | place
ME1 | lorry | 6 | depot
ME2 | fork lift | 3 | depot
ME3 | counter | 3 | depot
ME4 | telephone line | 4 | office
ME5 | handheld scanner | 2 | warehouse
""",
    "suppliers": """
supplier_id | resource | lead_time_days | fill_share
Refinery West | fuel | 2 | 0.99
Aceites Norte | lubricant | 6 | 0.91
Grasas Sur | grease | 9 | 0.94
Filtros Delta | accessory | 7 | 0.96
""",
    "alliances": """
partner | purpose | status
Aceites Norte | stock of the forty main oils on consignment | in talks
Instituto de Tribología | advice on machines of industry | agreed
Transportes Ágil | second route on Tuesday and Friday | idea
""",
    "marketing_stage": """
question | answer
q1 | false
q2 | true
q3 | true
q4 | false
q5 | false
""",
    "tradeoff_decisions": """
decision_id | text
D1 | larger purchase lots of lubricants
D2 | more articles in stock
D3 | a second delivery route each day
D4 | longer terms of payment for fleets
""",
    "tradeoff_effects": """
decision_id | department | effect
D1 | purchasing | 2
D1 | transport | 1
D1 | finance | -2
D1 | warehouse | -1
D2 | sales | 2
D2 | warehouse | -1
D2 | finance | -2
D3 | sales | 2
D3 | transport | -2
D3 | warehouse | -1
D4 | sales | 1
D4 | finance | -1
""",
    "tradeoff_links": """
from_decision | to_decision
D3 | D2
D2 | D1
D1 | D4
""",
}
