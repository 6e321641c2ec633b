"""Type of service and type of contact: what the work is like and how it meets the customer (step 5, F1, D2-D5).

Service matrix: Schmenner (1986), after S2:L281 [SCHROEDER, p. 154] and S0:L82; recovered. Service-system
design matrix: Chase, after S2:L303 [CHASE, p. 123]; the six ways and three degrees are recovered, the
thresholds of the index are ours. Skill, focus and technology (Table 2 of the seed, lost) after the
companion table of Chase and Aquilano: reconstructed.
"""

from __future__ import annotations

from dataclasses import dataclass

from svcnb.errors import ParameterError
from svcnb.i18n import N_
from svcnb.methods.matrices.ratings import SCALE, among, is_high, quadrants, rating, share_of

TYPES = {  # (interaction high, labour high): code, name
    (False, False): ("service_factory", N_("service factory")),
    (True, False): ("service_shop", N_("service shop")),
    (False, True): ("mass_service", N_("mass service")),
    (True, True): ("professional_service", N_("professional service")),
}
CHALLENGES = {
    "labour_low": (N_("capital decisions"), N_("technological advances"), N_("managing demand and its peaks"),
                   N_("scheduling delivery")),
    "labour_high": (N_("hiring"), N_("training"), N_("development and control of methods"), N_("employee welfare"),
                    N_("scheduling the workforce"), N_("start-up of new units")),
    "interaction_low": (N_("marketing"), N_("making the service warm"), N_("attention to the surroundings"),
                        N_("rigid hierarchy with standard procedures")),
    "interaction_high": (N_("fighting cost increases"), N_("maintaining quality"),
                         N_("reacting to the customer's intervention"), N_("managing careers"),
                         N_("flat hierarchy"), N_("gaining loyalty")),
}
LABOUR_BANDS = (0.25, 0.5, 1.0, 2.0)  # labour cost / value of plant and equipment, upper bounds of 1 to 4 [PROP]
KAPPA = (0.15, 0.30, 0.45, 0.60, 0.80)  # upper bounds of contact types 1 to 5 [PROP]
CONTACTS = (  # code, name, degree, skill, focus of operations, technology
    ("mail", N_("mail contact"), "buffered_core", N_("clerical skills"), N_("paper handling"),
     N_("office automation")),
    ("on_site_technology", N_("on-site technology, electronic commerce"), "permeable_system", N_("helping skills"),
     N_("demand management"), N_("routing methods")),
    ("phone", N_("phone contact, telemarketing"), "permeable_system", N_("verbal skills"), N_("scripting calls"),
     N_("computer databases")),
    ("face_tight", N_("face to face, tight specifications"), "permeable_system", N_("procedural skills"),
     N_("flow control"), N_("electronic aids")),
    ("face_loose", N_("face to face, loose specifications"), "reactive_system", N_("trade skills"),
     N_("capacity management"), N_("self-service")),
    ("face_total", N_("face to face, total customisation"), "reactive_system", N_("diagnostic skills"),
     N_("client mix"), N_("client and worker teams")),
)
DEGREES = {"buffered_core": N_("buffered core"), "permeable_system": N_("permeable system"),
           "reactive_system": N_("reactive system")}


@dataclass(frozen=True, eq=False)
class ServiceType:
    """A quadrant of the service matrix. ``interaction`` and ``labour`` on 1 to 5, ``i`` and ``l`` on 0 to 1;
    ``candidates`` the codes near the cut, the chosen one first; ``challenges`` of management (texts)."""

    code: str
    name: str
    interaction: float
    labour: float
    i: float
    l: float  # noqa: E741 - the sign of the method
    borderline: bool
    candidates: tuple[str, ...]
    challenges: tuple[str, ...]
    reconstructed: bool = False


@dataclass(frozen=True, eq=False)
class ContactType:
    """A way of meeting the customer, ``number`` 1 (mail) to 6 (total customisation), and what it asks for.

    ``kappa`` the contact index 0 to 1; ``borderline`` when another type begins nearer than 0.05;
    ``fits_package`` None without a package. ``skill``, ``focus`` and ``technology`` are reconstructed.
    """

    number: int
    code: str
    name: str
    degree: str
    degree_name: str
    kappa: float
    skill: str
    focus: str
    technology: str
    borderline: bool
    candidates: tuple[str, ...]
    fits_package: bool | None = None
    reconstructed: bool = True


def service_type(interaction, labour=None, *, customisation=None, labour_cost=None, asset_value=None,
                 scale=SCALE) -> ServiceType:
    """The type of service from interaction and labour intensity.

    Parameters
    ----------
    interaction : rating 1 to 5
        Interaction with the customer; with ``customisation`` (1 to 5) the mean of both counts.
    labour : rating 1 to 5, optional
        Labour intensity; without it ``labour_cost / asset_value`` (same currency, a year): below
        0.25, 0.5, 1, 2 is 1 to 4, above 5.
    scale : (low, high)
        Scale of the ratings.

    Returns
    -------
    ServiceType

    Raises
    ------
    ParameterError
        A rating outside its scale; labour intensity neither rated nor computable.

    References
    ----------
    S2:L281; S0:L82; Schmenner (1986). Cut at 3 and the bands of the ratio: house rules.

    Examples
    --------
    >>> service_type(4, 2).code, service_type(2, 4).code
    ('service_shop', 'mass_service')
    """
    i = rating("interaction", interaction, scale)
    if customisation is not None:
        i = (i + rating("customisation", customisation, scale)) / 2
    level = rating("labour", labour, scale) if labour is not None else labour_intensity(labour_cost, asset_value)
    near = quadrants(i, level)
    code, name = TYPES[near[0]]
    challenges = CHALLENGES["labour_high" if is_high(level) else "labour_low"] + CHALLENGES[
        "interaction_high" if is_high(i) else "interaction_low"]
    return ServiceType(code, name, i, level, share_of(i), share_of(level), len(near) > 1,
                       tuple(TYPES[q][0] for q in near), challenges)


def labour_intensity(labour_cost, asset_value) -> float:
    """Labour intensity 1 to 5 from labour cost / value of plant and equipment (A-34)."""
    try:
        cost, assets = float(labour_cost), float(asset_value)
    except (TypeError, ValueError):
        cost = assets = -1.0
    if not (cost >= 0 and assets > 0):
        raise ParameterError(N_("The labour intensity needs a rating from 1 to 5, or the labour cost and a value of "
                                "plant and equipment above 0."))
    ratio = cost / assets
    return 1.0 + sum(ratio >= band for band in LABOUR_BANDS[:3]) + (ratio > LABOUR_BANDS[3])


def contact_type(interaction, singularity, *, package=None, scale=SCALE) -> ContactType:
    """The way of contact from interaction and singularity.

    ``kappa = (i + u) / 2`` with both on 0 to 1; types 1 to 6 begin at 0, .15, .30, .45, .60, .80.

    Parameters
    ----------
    interaction, singularity : rating 1 to 5
    package : str or Package, optional
        Class of the service package; ``fits_package`` says whether both go together (generic 1-2,
        restricted 3-4, selective 4-5, unique 6).
    scale : (low, high)
        ``(0, 1)`` for normalised values.

    Raises
    ------
    ParameterError
        A rating outside its scale, an unknown package.

    References
    ----------
    S2:L303-310 [CHASE, p. 123-124]; Chase and Aquilano. Thresholds: house rule.

    Examples
    --------
    >>> contact = contact_type(0.75, 0.60, scale=(0, 1))
    >>> contact.number, round(contact.kappa, 3), contact.skill
    (5, 0.675, 'trade skills')
    """
    from svcnb.methods.matrices.package import CONTACTS_OF_PACKAGE
    from svcnb.methods.matrices.ratings import choice

    i = share_of(rating("interaction", interaction, scale))
    kappa = (i + share_of(rating("singularity", singularity, scale))) / 2
    number = among(kappa, KAPPA) + 1
    near = [number] + [n for n, edge in ((number - 1, KAPPA[number - 2] if number > 1 else -1.0),
                                         (number + 1, KAPPA[number - 1] if number < 6 else 2.0))
                       if abs(kappa - edge) < 0.05 - 1e-9]
    code, name, degree, skill, focus, technology = CONTACTS[number - 1]
    fits = None
    if package is not None:
        fits = number in CONTACTS_OF_PACKAGE[choice("package", package, CONTACTS_OF_PACKAGE)]
    return ContactType(number, code, name, degree, DEGREES[degree], kappa, skill, focus, technology, len(near) > 1,
                       tuple(CONTACTS[n - 1][0] for n in near), fits)
