{{ config(materialized='ephemeral') }}

with
    thresholds as (select * from {{ ref('stg_referential__thresholds') }})

select
    max(threshold_value) filter (where threshold_code = 'IMPACT_HIGH') as impact_high_score,
    max(threshold_value) filter (where threshold_code = 'EFFORT_HIGH') as effort_high_score,
    max(threshold_value) filter (where threshold_code = 'BORDERLINE_WIDTH') as borderline_score,
    max(threshold_value) filter (where threshold_code = 'INCOMPLETE_BELOW') as incomplete_share
from thresholds
