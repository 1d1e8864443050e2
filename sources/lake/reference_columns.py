"""The columns of the lake tables that submissions are judged by and compared with: the referential's versions, what is
published of a campaign, registers, inventories. Does not belong here: those of submissions (``submission_columns``)."""

from __future__ import annotations

import polars as pl

# What is published of a use case in a perimeter: since which act, and whether the public may read it too.
SNAPSHOT_UNIT: dict[str, pl.DataType | type[pl.DataType]] = {
    "campaign_code": pl.String,
    "perimeter_code": pl.String,
    "use_case_code": pl.String,
    "from_snapshot": pl.Int32,
    "from_on": pl.Date,
    "is_open": pl.Boolean,
}

REFERENCE_COLUMNS: dict[str, dict[str, pl.DataType | type[pl.DataType]]] = {
    # grain: organisation × received version of the site's referential; 0 is what the project ships; a row without code
    # marks a version
    "organisation_versions": {
        "reception_number": pl.Int64,
        "received_at": pl.Datetime("us"),  # UTC
        "organisation_code": pl.String,
        "organisation_label": pl.String,
        "ej_finess": pl.String,
        "sector_code": pl.String,
        "is_gcs_member": pl.Boolean,
        "is_health_establishment": pl.Boolean,
        "department_code": pl.String,
    },
    # What readers and open data see of a campaign, fixed by an act of coordinators (``sources.versions.snapshots``);
    # the latest act of each campaign. Columns named otherwise than reception_number: a purge keeps these rows, and they
    # tell it. grain: campaign
    "snapshots": {
        "campaign_code": pl.String,
        "snapshot_number": pl.Int32,
        "taken_on": pl.Date,
        "taken_by": pl.String,
        "reason": pl.String,
    },
    # grain: campaign × perimeter × use case × profile, of what is published
    "snapshot_scores": SNAPSHOT_UNIT
    | {
        "profile_code": pl.String,
        "impact_points": pl.Int32,
        "impact_low_points": pl.Int32,
        "impact_high_points": pl.Int32,
        "impact_completeness_percent": pl.Int32,
        "effort_points": pl.Int32,
        "effort_low_points": pl.Int32,
        "effort_high_points": pl.Int32,
        "effort_completeness_percent": pl.Int32,
        "quadrant_code": pl.String,
        "is_certain": pl.Boolean,
        "is_borderline": pl.Boolean,
        "is_incomplete": pl.Boolean,
        "establishment_count": pl.Int32,
        "assessor_count": pl.Int32,
    },
    # grain: campaign × perimeter × use case × criterion, of what is published
    "snapshot_criterion_scores": SNAPSHOT_UNIT
    | {
        "criterion_code": pl.String,
        "points": pl.Int32,
        "low_points": pl.Int32,
        "high_points": pl.Int32,
        "completeness_percent": pl.Int32,
    },
    # grain: campaign × organisation × use case × profile
    "snapshot_own_scores": {
        "campaign_code": pl.String,
        "organisation_code": pl.String,
        "use_case_code": pl.String,
        "profile_code": pl.String,
        "from_on": pl.Date,
        "impact_score": pl.Decimal(9, 6),
        "effort_score": pl.Decimal(9, 6),
        "quadrant_code": pl.String,
    },
    # grain: campaign × perimeter × use case × organisation × reception, behind what is published
    "snapshot_contributors": {
        "campaign_code": pl.String,
        "perimeter_code": pl.String,
        "use_case_code": pl.String,
        "organisation_code": pl.String,
        "behind_number": pl.Int64,
    },
    # The FINESS register; grain: a site (ET), a legal entity (EJ)
    "finess_sites": {
        "site_finess": pl.String,
        "entity_finess": pl.String,
        "site_label": pl.String,
        "category_code": pl.String,
        "category_label": pl.String,
        "aggregate_category_code": pl.String,
        "aggregate_category_label": pl.String,
        "psph_code": pl.String,
        "siret": pl.String,
        "postal_code": pl.String,
        "town": pl.String,
        "department_code": pl.String,
        "latitude": pl.Float64,
        "longitude": pl.Float64,
        "opened_on": pl.Date,
        "closed_on": pl.Date,
        "is_closed": pl.Boolean,  # the register's own word: a day of closing may be to come
    },
    "finess_entities": {
        "entity_finess": pl.String,
        "entity_label": pl.String,
        "legal_status_code": pl.String,
        "legal_status_label": pl.String,
        "department_code": pl.String,
        "siren": pl.String,
        "opened_on": pl.Date,
        "closed_on": pl.Date,
        "is_closed": pl.Boolean,
    },
    # Foreign inventories taken in through a mapping; grain: one use case of one inventory
    "inventory_use_cases": {
        "source_code": pl.String,
        "row_number": pl.Int32,  # record of the source file, its heading line counted as 1
        "use_case_code": pl.String,
        "organisation_code": pl.String,
        "bureau": pl.String,
        "use_case_label": pl.String,
        "need": pl.String,
        "topic": pl.String,
        "axis_code": pl.String,  # null: non rattaché
        "domain_code": pl.String,
        "status_code": pl.String,  # null: the source says nothing that the mapping knows
        "status_text": pl.String,
        "reached_on": pl.Date,
        "way_code": pl.String,
    },
    # Grain: use case × delivery of its inventory; a row without code marks a delivery, version 0 is what ships
    "inventory_versions": {
        "reception_number": pl.Int64,
        "received_at": pl.Datetime("us"),  # UTC
        "source_code": pl.String,
        "row_number": pl.Int32,
        "use_case_code": pl.String,
        "organisation_code": pl.String,
        "use_case_label": pl.String,
        "need": pl.String,
        "axis_code": pl.String,
        "domain_code": pl.String,
        "status_code": pl.String,
        "reached_on": pl.Date,
    },
    "inventory_attributes": {
        "source_code": pl.String,
        "use_case_code": pl.String,
        "dimension": pl.String,
        "attribute_code": pl.String,
    },
    # grain: column × source value that no table of the mapping translates; how often
    "inventory_unmapped": {
        "source_code": pl.String,
        "column_name": pl.String,
        "source_value": pl.String,
        "row_count": pl.Int32,
    },
}
