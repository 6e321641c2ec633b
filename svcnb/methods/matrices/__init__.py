"""The matrices of steps 5 and 7: from a few ratings 1 to 5 to a type, with its name and what it asks for.

What a lost figure or table of the seed held is reconstructed; every result says so in ``reconstructed``.
"""

from svcnb.methods.matrices.package import (
    CONTACTS_OF_PACKAGE,
    ContractForm,
    Interdependence,
    Marketing,
    Package,
    contract_form,
    interdependence,
    laboriousness_class,
    marketing_type,
    package_type,
    singularity_of,
    term_class,
)
from svcnb.methods.matrices.service import (
    ContactType,
    ServiceType,
    contact_type,
    labour_intensity,
    service_type,
)

__all__ = [
    "CONTACTS_OF_PACKAGE", "ContactType", "ContractForm", "Interdependence", "Marketing", "Package", "ServiceType",
    "contact_type", "contract_form", "interdependence", "laboriousness_class", "labour_intensity", "marketing_type",
    "package_type", "service_type", "singularity_of", "term_class",
]
