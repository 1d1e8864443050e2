{{ config(materialized='incremental') }}

-- A group counts in its own perimeter and, at most, in each shared one: whether it still does is not asked here.
with
    touched as (select distinct organisation_code, campaign_code, use_case_code from {{ ref('int_touched_group') }}),
    shared_perimeters as (select * from {{ ref('dim_perimeter') }} where perimeter_kind <> 'etablissement'),

    places as (
        select campaign_code, organisation_code as perimeter_code, use_case_code from touched
        union
        select touched.campaign_code, shared_perimeters.perimeter_code, touched.use_case_code
        from touched
        cross join shared_perimeters
    )

select
    *,
    {{ portfolio_key('campaign_code', 'perimeter_code') }} as portfolio_key,
    {{ place_key('campaign_code', 'perimeter_code', 'use_case_code') }} as place_key
from places
