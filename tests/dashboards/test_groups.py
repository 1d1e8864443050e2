"""Groups of a provider and the roles they give, without a server: the widest alone, nothing by default."""

import pytest

from dashboards.superset.accounts.groups import GroupMapping, groups_in

ROLES = {
    "Admin": ["ia-admin"],
    "Ingénieur données": ["ia-donnees"],
    "Éditeur": ["ia-pages"],
    "Coordinateur GCS": ["ia-gcs", "/gcs/ia"],
    "Lecteur GCS": ["ia-lecture"],
}
READERS = {"ia-hcl": ["690781810"], "ia-rhone": ["690781810", "420784878"]}


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        (set(), []),
        ({"tout-le-personnel", "Admin", "ia-GCS"}, []),
        ({"ia-hcl"}, ["Lecteur établissement", "Établissement 690781810"]),
        ({"ia-hcl", "ia-rhone"}, ["Lecteur établissement", "Établissement 420784878", "Établissement 690781810"]),
        ({"ia-lecture", "ia-hcl"}, ["Lecteur GCS"]),
        ({"ia-lecture", "/gcs/ia", "ia-hcl"}, ["Coordinateur GCS"]),
        ({"ia-gcs", "ia-pages"}, ["Éditeur"]),
        ({"ia-pages", "ia-donnees"}, ["Ingénieur données"]),
        ({"ia-gcs", "ia-donnees"}, ["Ingénieur données"]),
        ({"ia-gcs", "ia-donnees", "ia-admin", "ia-hcl"}, ["Admin"]),
    ],
)
def test_the_widest_role_alone(groups: set[str], roles: list[str]) -> None:
    assert GroupMapping(ROLES, READERS).role_names(groups) == roles


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        ({"ia-depot"}, ["Lecteur établissement", "Déposant", "Établissement 690781810"]),
        # A role of an establishment that is only read would let it be answered for.
        ({"ia-depot", "ia-rhone"}, ["Lecteur établissement", "Déposant", "Établissement 690781810"]),
        ({"ia-depot", "ia-gcs"}, ["Coordinateur GCS"]),
    ],
)
def test_who_sends_does_so_for_those_establishments_alone(groups: set[str], roles: list[str]) -> None:
    mapping = GroupMapping(ROLES, READERS, {"ia-depot": ["690781810"]})
    assert mapping.role_names(groups) == roles


@pytest.mark.parametrize(
    ("claims", "path", "groups"),
    [
        ({"groups": ["a", "b"]}, "groups", {"a", "b"}),
        ({"groups": "a"}, "groups", {"a"}),
        ({"groups": []}, "groups", set()),
        ({"realm_access": {"roles": ["a"]}}, "realm_access.roles", {"a"}),
        ({"https://gcs.example/groups": ["a"]}, "https://gcs.example/groups", {"a"}),
        ({"realm_access": "a"}, "realm_access.roles", None),
        ({}, "groups", None),
    ],
)
def test_groups_are_read_where_the_provider_puts_them(claims: dict, path: str, groups: set | None) -> None:
    assert groups_in(claims, path) == groups
