{{ config(materialized='replaced_view') }}

-- The list that stands beside the matrix: each use case by its rank, with where the rank would be under other weights.
-- Here, and not with the matrix, because draws of weights are computed after a publication.
with
    matrix as (select * from {{ ref('mart_portfolio_matrix_function') }} where quadrant_code <> 'non_evalue'),
    draws as (select campaign_code, perimeter_code, use_case_code, rank_p05, rank_p95 from {{ ref('mart_robustness') }})

select
    matrix.campaign_code,
    matrix.campaign_label,
    matrix.profile_code,
    matrix.profile_label,
    matrix.perimeter_code,
    matrix.perimeter_label,
    matrix.use_case_code,
    matrix.use_case_title,
    matrix.axis_label,
    matrix.function_label,
    matrix.quadrant_label,
    matrix.certainty_label,
    matrix.is_incomplete,
    matrix.priority_rank,
    matrix.establishment_count,
    draws.rank_p05,
    draws.rank_p95,
    matrix.is_demonstration
from matrix
left join draws using (campaign_code, perimeter_code, use_case_code)
