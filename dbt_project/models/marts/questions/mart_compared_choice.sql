{{ config(materialized='replaced_view') }}

-- What filters offer where two establishments are compared: members of the GCS first, then by name.
select
    perimeters.perimeter_code as organisation_code,
    perimeters.perimeter_label as first_label,
    perimeters.perimeter_label as second_label,
    cast(row_number() over (
        order by establishments.is_gcs_member desc, strip_accents(lower(perimeters.perimeter_label))
    ) as integer) as establishment_rank
from {{ ref('dim_perimeter') }} as perimeters
inner join {{ ref('dim_establishment') }} as establishments
    on perimeters.perimeter_code = establishments.organisation_code
where perimeters.perimeter_kind = 'etablissement'
