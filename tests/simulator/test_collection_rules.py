"""Each collection of the simulator as a whole: which filters its list takes, which references it offers."""

import pytest

from tests.reference_collections import COLLECTIONS, OFFERS, PERSON
from tests.simulator.calls import Caller, reasons_of

MAY = "date ge '2026-05-01' and date le '2026-05-31'"
DATED = [name for name, rule in COLLECTIONS.items() if rule.filter == "date"]


def asked(name: str) -> dict[str, str]:
    return {"filter": MAY} if name in DATED else {}


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_list_takes_the_filters_of_the_reference_and_no_others(admin: Caller, name: str) -> None:
    rule = COLLECTIONS[name]
    begin = f"{MAY} and " if name in DATED else ""
    for field in rule.fields:
        assert admin.get(f"/{name}", filter=begin + field).status_code == 200, field
    others = {"town eq 'Ghent'", PERSON, "kind eq 'InOut'", "counter-group eq 1", "enabled eq true"} - set(rule.fields)
    for field in others:
        assert admin.get(f"/{name}", filter=begin + field).status_code == 400, field
    if name not in DATED:
        assert admin.get(f"/{name}", filter=MAY).status_code == 400


@pytest.mark.parametrize("name", DATED)
def test_a_list_of_days_needs_a_date_of_at_most_a_year(admin: Caller, name: str) -> None:
    assert reasons_of(admin.get(f"/{name}"))
    assert reasons_of(admin.get(f"/{name}", filter=PERSON))
    assert reasons_of(admin.get(f"/{name}", filter="date ge '2024-01-01' and date le '2026-01-01'"))
    assert admin.get(f"/{name}", filter="date ge '2025-06-01' and date le '2026-06-01'").status_code == 200


@pytest.mark.parametrize("name", COLLECTIONS)
def test_a_list_offers_the_references_of_the_reference_and_no_others(admin: Caller, name: str) -> None:
    rule = COLLECTIONS[name]
    for reference in OFFERS:
        status = 200 if reference in rule.offers else 400
        assert admin.get(f"/{name}", externalReferences=reference, **asked(name)).status_code == status, reference
    if rule.offers:
        assert admin.get(f"/{name}", externalReferences="".join(rule.offers), **asked(name)).status_code == 200


@pytest.mark.parametrize("name", COLLECTIONS)
def test_one_record_is_addressed_by_the_references_of_the_reference(admin: Caller, name: str) -> None:
    rule = COLLECTIONS[name]
    answer = admin.get(f"/{name}/not-a-number")
    assert answer.status_code == 400
    for by in rule.by:
        found = admin.get(f"/{name}/nobody", externalReferences=f"({name},{by})")
        assert found.status_code == 404, by
    wrong = admin.get(f"/{name}/x", externalReferences=f"({name},@made-up)")
    assert wrong.status_code == 400
