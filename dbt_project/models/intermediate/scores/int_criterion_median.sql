{{ config(
    materialized='incremental',
    touched={'model': 'int_touched_place', 'key': 'portfolio_key'},
    on_schema_change='fail',
) }}

-- depends_on: {{ ref('int_touched_place') }}
select portfolio_key, criterion_code, quantile_disc(score, 0.5) as median_score
from {{ ref('int_score_perimeter_criterion') }}
where {{ in_touched_places('portfolio_key') }}
group by portfolio_key, criterion_code
