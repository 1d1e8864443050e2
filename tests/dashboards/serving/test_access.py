"""Which pages and rows each role gets, by the rule and without a server."""

from dashboards.files.bundle import Bundle, Document, read_bundle
from dashboards.serving.access import (
    EVERY_PAGE_ROLES,
    READER_ROLE,
    is_for_establishments,
    own_row_tables,
    page_roles,
    row_rules,
)


def is_for_readers(dataset: Document) -> bool:
    return str(dataset.content["table_name"]).startswith("mart_reader_")


def page(bundle: Bundle, slug: str) -> Document:
    return next(found for found in bundle.dashboards if found.content["slug"] == slug)


def test_establishments_open_the_pages_made_for_them() -> None:
    bundle = read_bundle()
    opened = {found.content["slug"] for found in bundle.dashboards if READER_ROLE in page_roles(bundle, found)}
    assert opened == {"etablissement", "accueil-etablissement"}
    assert all(set(EVERY_PAGE_ROLES) <= page_roles(bundle, found) for found in bundle.dashboards)


def test_one_filter_on_another_mart_is_enough_to_close_a_page_to_establishments() -> None:
    bundle = read_bundle()
    own = page(bundle, "etablissement")
    assert is_for_establishments(bundle, own)
    other = next(d for d in bundle.datasets if d.content["table_name"] == "mart_key_figures")
    own.content["metadata"]["native_filter_configuration"][0]["targets"][0]["datasetUuid"] = other.uuid
    assert not is_for_establishments(bundle, own)


def test_every_mart_with_rows_of_one_establishment_is_under_a_rule() -> None:
    bundle = read_bundle()
    tables = own_row_tables(bundle)
    assert {"mart_reader_matrix", "mart_reader_answer", "mart_reader_submission", "mart_reader_rejected_cell"} <= {
        *tables
    }
    base, *own, closed = row_rules(bundle, ["690781810", "o'neil"])
    assert (base.filter_type, base.clause) == ("Base", "1 = 0")
    assert READER_ROLE not in base.roles
    assert (closed.filter_type, closed.clause, READER_ROLE in closed.roles) == ("Base", "1 = 0", False)
    assert {*closed.tables}.isdisjoint(tables)
    assert {str(dataset.content["table_name"]) for dataset in bundle.datasets} == {
        *closed.tables,
        *(str(d.content["table_name"]) for d in bundle.datasets if is_for_readers(d)),
    }
    assert [rule.clause for rule in own] == [
        "reader_organisation_code = '690781810'",
        "reader_organisation_code = 'o''neil'",
    ]
    assert all(rule.tables == tuple(tables) and len(rule.roles) == 1 for rule in own)
