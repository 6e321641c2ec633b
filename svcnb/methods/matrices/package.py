"""Service package, kind of marketing and form of contract: what is offered to whom (steps 5 and 7).

Package: names of Kellogg and Nie (1995), after S2:L301 [BUTTLE, p. 4]; its relation to the four types
of service and the thresholds are reconstructed. Complexity-singularity matrix (S2:L287) and contract
matrix (S2:L343): the axes are the seed's, the cells were lost and are reconstructed (nearest: Shostack
1987).
"""

from __future__ import annotations

from dataclasses import dataclass

from svcnb.errors import ParameterError
from svcnb.i18n import N_
from svcnb.methods.matrices.ratings import SCALE, among, choice, quadrants, rating, share_of

PACKAGES = (  # by singularity, from generic
    ("generic", N_("generic package")), ("restricted", N_("restricted package")),
    ("selective", N_("selective package")), ("unique", N_("unique package")),
)
PACKAGE_CUTS = (0.25, 0.50, 0.75)  # lower bounds of restricted, selective, unique [PROP]
DIAGONAL = ("service_factory", "mass_service", "service_shop", "professional_service")  # of generic ... unique
FITS = ("match", "near", "mismatch", "mismatch")  # by distance from the diagonal
CONTACTS_OF_PACKAGE = {"generic": (1, 2), "restricted": (3, 4), "selective": (4, 5), "unique": (6,)}
MARKETING = {  # (complexity high, singularity high): code, name, key factors
    (True, False): ("technical", N_("technical marketing"), (
        N_("information"), N_("proof of reliability"), N_("training"), N_("after-sales service"), N_("brand"))),
    (True, True): ("consultative", N_("consultative marketing"), (
        N_("expertise"), N_("joint design"), N_("trust"), N_("project management"), N_("references"))),
    (False, False): ("transactional", N_("transactional marketing"), (
        N_("price"), N_("coverage"), N_("availability"), N_("advertising"), N_("standardisation"))),
    (False, True): ("relationship", N_("relationship marketing"), (
        N_("personal attention"), N_("flexibility"), N_("convenience"), N_("memory of the customer"))),
}
NONSTANDARD_BANDS = (0.05, 0.20, 0.40, 0.70)  # share outside the standard, upper bounds of 1 to 4 [PROP]
LABORIOUSNESS = ("low", "medium", "high")
LABORIOUSNESS_CUTS = (7 / 3, 11 / 3)
TERMS = {"customer": N_("customer-responsible"), "shared": N_("shared"), "supplier": N_("supplier-responsible")}
CONTRACTS = (  # rows: laboriousness low to high; columns: terms customer, shared, supplier
    (("direct_sale", N_("direct sale or spot order, public conditions")),
     ("standard_order", N_("standard order with delivery")),
     ("supply_contract", N_("standard supply contract with delivery schedule"))),
    (("order_conditions", N_("order under general conditions")),
     ("framework", N_("annual framework contract")),
     ("framework_annex", N_("framework contract with service annex"))),
    (("specific_contract", N_("specific contract for each order or project")),
     ("negotiated_contract", N_("negotiated service contract with agreed level")),
     ("integral_contract", N_("integral long-term contract with joint planning"))),
)
RELATIONSHIPS = {  # (we depend: high, the customer depends: high): code, name, what to do
    (True, False): ("hostage", N_("we are the hostage"), N_("protect, raise what changing would cost them, diversify")),
    (True, True): ("high_interdependence", N_("high interdependence, trust"),
                   N_("partnership, joint planning, goals customer by customer")),
    (False, False): ("low_interdependence", N_("low interdependence, indifference"),
                     N_("standard service, single transactions")),
    (False, True): ("drunk_with_power", N_("we are drunk with power"),
                    N_("avoid abuse and its retaliation, raise the service freely")),
}
CLAUSES = {"hostage": N_("minimum-volume clause"), "drunk_with_power": N_("exit clause for the customer")}


@dataclass(frozen=True, eq=False)
class Package:
    """Class of the service package; ``fit`` with the type of service: match, near, mismatch or None (not asked)."""

    code: str
    name: str
    u: float
    fit: str | None
    borderline: bool
    reconstructed: bool = True


@dataclass(frozen=True, eq=False)
class Marketing:
    """Kind of marketing, its ``key_factors``, and the codes near the cut (chosen first)."""

    code: str
    name: str
    complexity: float
    singularity: float
    key_factors: tuple[str, ...]
    borderline: bool
    candidates: tuple[str, ...]
    reconstructed: bool = True


@dataclass(frozen=True, eq=False)
class ContractForm:
    """Form of contract in its cell (``laboriousness``, ``terms`` after the relationship moved it) and ``clauses``."""

    code: str
    name: str
    laboriousness: str
    terms: str
    moved: bool
    clauses: tuple[str, ...]
    reconstructed: bool = True


@dataclass(frozen=True, eq=False)
class Interdependence:
    """Relationship with a customer; ``asymmetry`` > 0 when we depend more; ``advice`` a text."""

    code: str
    name: str
    advice: str
    interdependence: float
    asymmetry: float
    borderline: bool
    candidates: tuple[str, ...]
    reconstructed: bool = True


def package_type(singularity, service_type=None, *, scale=SCALE) -> Package:
    """The class of the service package, and how it fits the type of service.

    Parameters
    ----------
    singularity : rating 1 to 5
    service_type : code or ServiceType, optional
    scale : (low, high)
        ``(0, 1)`` for a normalised value. Classes begin at u = 0, .25, .50, .75.

    Raises
    ------
    ParameterError
        A rating outside its scale, an unknown type of service.

    References
    ----------
    S2:L301 [BUTTLE, p. 4]; Kellogg and Nie (1995). Thresholds and diagonal: reconstructed.

    Examples
    --------
    >>> package = package_type(0.6, "service_shop", scale=(0, 1))
    >>> package.code, package.fit
    ('selective', 'match')
    """
    u = share_of(rating("singularity", singularity, scale))
    place = among(u, PACKAGE_CUTS)
    fit = None
    if service_type is not None:
        fit = FITS[abs(place - DIAGONAL.index(choice("service_type", service_type, DIAGONAL)))]
    return Package(*PACKAGES[place], u, fit, any(abs(u - cut) < 0.05 - 1e-9 for cut in PACKAGE_CUTS))


def marketing_type(complexity, singularity, *, scale=SCALE) -> Marketing:
    """The kind of marketing from complexity and singularity (ratings 1 to 5; S2:L287, cells reconstructed).

    Examples
    --------
    >>> marketing_type(2, 4).code
    'relationship'
    """
    x, u = rating("complexity", complexity, scale), rating("singularity", singularity, scale)
    near = quadrants(x, u)
    code, name, factors = MARKETING[near[0]]
    return Marketing(code, name, x, u, factors, len(near) > 1, tuple(MARKETING[q][0] for q in near))


def singularity_of(nonstandard_share) -> float:
    """Singularity 1 to 5 from the share of orders with a non-standard specification (0 to 1).

    >>> [singularity_of(s) for s in (0.05, 0.2, 0.21, 0.71)]
    [1.0, 2.0, 3.0, 5.0]
    """
    share = share_of(rating("nonstandard_share", nonstandard_share, (0, 1)))
    return 1.0 + sum(share > band + 1e-9 for band in NONSTANDARD_BANDS)


def term_class(score) -> str:
    """Class of the delivery terms from the number of responsibilities of the supplier, 0 to 4 (S2:L342)."""
    if score not in (0, 1, 2, 3, 4) or isinstance(score, bool):
        raise ParameterError(N_("The score of the delivery terms is a whole number from 0 to 4, not {value}."),
                             value=str(score))
    return ("customer", "customer", "shared", "supplier", "supplier")[int(score)]


def laboriousness_class(laboriousness) -> str:
    """low, medium or high: thirds of 1 to 5 (method 4.4).

    >>> laboriousness_class(4.2931)
    'high'
    """
    return LABORIOUSNESS[among(rating("laboriousness", laboriousness), LABORIOUSNESS_CUTS)]


def contract_form(laboriousness, terms, relationship=None) -> ContractForm:
    """The form of contract from laboriousness and delivery terms.

    Parameters
    ----------
    laboriousness : ``low medium high``, or the laboriousness 1 to 5
    terms : ``customer shared supplier`` (who is responsible), or the score 0 to 4
    relationship : code or Interdependence, optional
        High interdependence makes it one row more formal (at the last row one column); the hostage adds
        a minimum-volume clause, being drunk with power an exit clause.

    Raises
    ------
    ParameterError

    References
    ----------
    S2:L343; the nine cells and the adjustment are reconstructed.

    Examples
    --------
    >>> contract_form(4.29, 3).code
    'integral_contract'
    """
    row = laboriousness if isinstance(laboriousness, str) else laboriousness_class(laboriousness)
    row = LABORIOUSNESS.index(choice("laboriousness", row, LABORIOUSNESS))
    columns = list(TERMS)
    column = columns.index(choice("terms", terms if isinstance(terms, str) else term_class(terms), columns))
    start, clauses = (row, column), ()
    if relationship is not None:
        code = choice("relationship", relationship, [r[0] for r in RELATIONSHIPS.values()])
        clauses = (CLAUSES[code],) if code in CLAUSES else ()
        if code == "high_interdependence":
            row, column = (row + 1, column) if row < 2 else (row, min(column + 1, 2))
    return ContractForm(*CONTRACTS[row][column], LABORIOUSNESS[row], columns[column], (row, column) != start, clauses)


def interdependence(d_us, d_customer, *, scale=SCALE) -> Interdependence:
    """The relationship from our dependence on the customer and theirs on us (ratings 1 to 5).

    ``interdependence = (d_us + d_customer) / 2``, ``asymmetry = d_us - d_customer``; cut at 3.

    References
    ----------
    S2:L141 [KUMAR, p. 103]; cells from memory of Kumar (1996): reconstructed.

    Examples
    --------
    >>> relation = interdependence(4, 2)
    >>> relation.code, relation.asymmetry
    ('hostage', 2.0)
    """
    us, them = rating("d_us", d_us, scale), rating("d_customer", d_customer, scale)
    near = quadrants(us, them)
    code, name, advice = RELATIONSHIPS[near[0]]
    return Interdependence(code, name, advice, (us + them) / 2, us - them, len(near) > 1,
                           tuple(RELATIONSHIPS[q][0] for q in near))
