"""The matrices of steps 5 and 7: method.md 7.3 to 7.9, 9.3 and 2.7, their edges and their words."""

import itertools

import numpy as np
import pytest

from svcnb.errors import ParameterError
from svcnb.i18n import words_in
from svcnb.methods import matrices


def test_service_type_of_the_four_quadrants():
    """Method 7.3 (e): I = 4, L = 2 is a service shop; I = 2, L = 4 mass service; cut at 3, 3 is high."""
    assert matrices.service_type(4, 2).code == "service_shop"
    assert matrices.service_type(2, 4).code == "mass_service"
    assert matrices.service_type(2, 2).code == "service_factory"
    assert matrices.service_type(4, 4).code == "professional_service"
    exactly = matrices.service_type(3, 3)
    assert exactly.code == "professional_service" and exactly.borderline
    assert set(exactly.candidates) == {"professional_service", "mass_service", "service_shop", "service_factory"}
    assert matrices.service_type(4, 2).i == 0.75 and matrices.service_type(4, 2).l == 0.25
    assert "capital decisions" in matrices.service_type(4, 2).challenges


def test_borderline_is_nearer_than_one_half():
    assert not matrices.service_type(2.5, 1).borderline and not matrices.service_type(3.5, 1).borderline
    near = matrices.service_type(2.6, 1)
    assert near.borderline and near.candidates == ("service_factory", "service_shop")


def test_interaction_is_the_mean_with_customisation():
    """(4 + 1) / 2 = 2.5 is low."""
    assert matrices.service_type(4, 2, customisation=1).code == "service_factory"


@pytest.mark.parametrize("ratio,level", [(0, 1), (0.24, 1), (0.25, 2), (0.5, 3), (1, 4), (2, 4), (2.01, 5)])
def test_labour_from_its_ratio(ratio, level):
    """Method 7.3: below .25 is 1, .25-.5 is 2, .5-1 is 3, 1-2 is 4, above 2 is 5."""
    assert matrices.labour_intensity(ratio * 100, 100) == level
    assert matrices.service_type(2, labour_cost=ratio * 100, asset_value=100).labour == level


def test_marketing():
    """Method 7.4 (e): X = 2, U = 4 is relationship marketing."""
    assert matrices.marketing_type(2, 4).code == "relationship"
    assert matrices.marketing_type(4, 2).code == "technical"
    assert matrices.marketing_type(4, 4).code == "consultative"
    assert matrices.marketing_type(2, 2).code == "transactional"
    assert matrices.marketing_type(2, 2).key_factors[0] == "price"


def test_package_and_its_fit():
    """Method 7.6 (e): u = .6 and a shop are selective, match; u = .9 and a factory mismatch."""
    package = matrices.package_type(0.6, "service_shop", scale=(0, 1))
    assert (package.code, package.fit) == ("selective", "match")
    package = matrices.package_type(0.9, matrices.service_type(2, 2), scale=(0, 1))
    assert (package.code, package.fit) == ("unique", "mismatch")
    assert [matrices.package_type(u).code for u in (1, 2, 3, 4, 5)] == [
        "generic", "restricted", "selective", "unique", "unique"]


def test_fit_is_symmetric_around_the_diagonal():
    """Sixteen cells: 4 match, 6 beside them are near, 6 do not fit."""
    fits = [matrices.package_type(u, kind, scale=(0, 1)).fit for u, kind in itertools.product(
        (0.1, 0.3, 0.6, 0.9), ("service_factory", "mass_service", "service_shop", "professional_service"))]
    assert np.array(fits).reshape(4, 4).tolist() == np.array(fits).reshape(4, 4).T.tolist()
    assert (fits.count("match"), fits.count("near"), fits.count("mismatch")) == (4, 6, 6)


def test_contact():
    """Method 7.7 (e): i = .75, u = .60 give kappa .675, type 5: trade skills, capacity management, self-service."""
    contact = matrices.contact_type(0.75, 0.60, scale=(0, 1))
    assert contact.number == 5 and contact.kappa == pytest.approx(0.675)
    assert (contact.skill, contact.focus, contact.technology) == ("trade skills", "capacity management", "self-service")
    assert contact.degree == "reactive_system" and contact.reconstructed
    same = matrices.contact_type(4, 3.4)
    assert same.number == 5 and same.kappa == pytest.approx(0.675)


@pytest.mark.parametrize("kappa,number", [(0, 1), (0.149, 1), (0.15, 2), (0.30, 3), (0.45, 4), (0.60, 5), (0.80, 6), (1, 6)])
def test_contact_types_begin_at_their_lower_bound(kappa, number):
    assert matrices.contact_type(kappa, kappa, scale=(0, 1)).number == number


def test_contact_and_package():
    assert matrices.contact_type(5, 5, package="unique").fits_package is True
    assert matrices.contact_type(5, 5, package=matrices.package_type(1)).fits_package is False
    assert matrices.contact_type(5, 5).fits_package is None


def test_every_cell_of_the_contract_matrix():
    """Method 9.3: nine different forms; LAB 4.29 and score 3 make the integral long-term contract."""
    codes = {matrices.contract_form(lab, terms).code for lab in ("low", "medium", "high") for terms in (0, 2, 4)}
    assert len(codes) == 9
    assert matrices.contract_form(4.29, 3).code == "integral_contract" == matrices.contract_form("high", "supplier").code
    assert [matrices.term_class(s) for s in range(5)] == ["customer", "customer", "shared", "supplier", "supplier"]
    assert [matrices.laboriousness_class(x) for x in (1, 2.33, 7 / 3, 3.66, 11 / 3, 5)] == [
        "low", "low", "medium", "medium", "high", "high"]


def test_the_relationship_moves_the_contract_and_adds_clauses():
    plain = matrices.contract_form("low", "shared")
    closer = matrices.contract_form("low", "shared", "high_interdependence")
    assert (plain.code, closer.code, closer.moved) == ("standard_order", "framework", True)
    top = matrices.contract_form("high", "supplier", "high_interdependence")
    assert top.code == "integral_contract" and not top.moved
    assert matrices.contract_form("high", "customer", "high_interdependence").code == "negotiated_contract"
    assert matrices.contract_form("low", "shared", matrices.interdependence(4, 2)).clauses == ("minimum-volume clause",)
    assert matrices.contract_form("low", "shared", "drunk_with_power").clauses == ("exit clause for the customer",)


def test_interdependence():
    """Method 2.7 (e): d_us 4, d_cust 2 is the hostage with asymmetry 2."""
    relation = matrices.interdependence(4, 2)
    assert (relation.code, relation.asymmetry, relation.interdependence) == ("hostage", 2, 3)
    assert matrices.interdependence(4, 4).code == "high_interdependence"
    assert matrices.interdependence(1, 1).code == "low_interdependence"
    assert matrices.interdependence(1, 5).code == "drunk_with_power"


def test_lost_figures_say_that_they_are_reconstructed():
    assert not matrices.service_type(1, 1).reconstructed
    for result in (matrices.contact_type(1, 1), matrices.marketing_type(1, 1), matrices.package_type(1),
                   matrices.contract_form("low", 0), matrices.interdependence(1, 1)):
        assert result.reconstructed


def test_names_read_in_spanish():
    words = words_in("es")
    assert words(matrices.service_type(4, 2).name) == "taller de servicios"
    assert words(matrices.contact_type(5, 5).name) == "cara a cara, adaptación total"
    assert words(matrices.package_type(5).name) == "paquete único"
    assert words(matrices.contract_form("low", 0).name) == "venta directa o pedido puntual, condiciones públicas"


@pytest.mark.parametrize("call,text", [
    (lambda: matrices.service_type(6, 2), "interaction = 6 is not a rating from 1 to 5."),
    (lambda: matrices.service_type(0.5, 2), "interaction = 0.5 is not a rating from 1 to 5."),
    (lambda: matrices.service_type("4", 2), "interaction = 4 is not a rating from 1 to 5."),
    (lambda: matrices.service_type(True, 2), "interaction = True is not a rating from 1 to 5."),
    (lambda: matrices.service_type(4, float("nan")), "labour = nan is not a rating from 1 to 5."),
    (lambda: matrices.service_type(4), "The labour intensity needs a rating from 1 to 5, or the labour cost and a value of "
                                       "plant and equipment above 0."),
    (lambda: matrices.service_type(4, labour_cost=10, asset_value=0),
     "The labour intensity needs a rating from 1 to 5, or the labour cost and a value of plant and equipment above 0."),
    (lambda: matrices.contact_type(0.75, 3), "interaction = 0.75 is not a rating from 1 to 5."),
    (lambda: matrices.package_type(3, "shop"), "There is no service_type shop; it is one of service_factory, mass_service, "
                                               "service_shop, professional_service."),
    (lambda: matrices.contract_form("huge", 2), "There is no laboriousness huge; it is one of low, medium, high."),
    (lambda: matrices.contract_form("low", 5), "The score of the delivery terms is a whole number from 0 to 4, not 5."),
    (lambda: matrices.singularity_of(1.2), "nonstandard_share = 1.2 is not a rating from 0 to 1."),
])
def test_errors_in_words(call, text):
    with pytest.raises(ParameterError) as caught:
        call()
    assert str(caught.value) == text
