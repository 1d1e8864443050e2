{{ config(materialized='replaced_view') }}

-- Each two establishments, as the first and the second: what a page sets side by side. A view, since who reads it names
-- both.
with
    establishments as (
        select
            perimeter_code as organisation_code,
            perimeter_label as organisation_label
        from {{ ref('dim_perimeter') }}
        where perimeter_kind = 'etablissement'
    ),

    pairs as (
        select
            one.organisation_code as first_code,
            one.organisation_label as first_label,
            other.organisation_code as second_code,
            other.organisation_label as second_label
        from establishments as one
        inner join establishments as other on one.organisation_code <> other.organisation_code
    )

select
    pairs.*,
    true as is_first,
    pairs.first_code as organisation_code,
    'A · ' || pairs.first_label as compared_label
from pairs
union all
select pairs.*, false, pairs.second_code, 'B · ' || pairs.second_label
from pairs
