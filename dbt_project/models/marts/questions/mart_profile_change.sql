{{ config(materialized='replaced_view') }}

-- Where a use case stands under each weight profile, put together by quadrant: what moves is what weights decide.
with
    placed as (
        select
            campaign_code,
            campaign_label,
            campaign_rank,
            perimeter_code,
            perimeter_label,
            use_case_code,
            use_case_title,
            axis_label,
            quadrant_code,
            quadrant_label,
            quadrant_rank,
            bool_or(profile_code = '{{ var("default_profile_code") }}') as is_default,
            string_agg(profile_label, ', ' order by profile_rank, profile_code) as profile_labels,
            count(*) as profile_count,
            bool_or(is_demonstration) as is_demonstration
        from {{ ref('mart_portfolio_matrix') }}
        where quadrant_code <> 'non_evalue'
        group by all
    )

select
    campaign_code,
    campaign_label,
    campaign_rank,
    perimeter_code,
    perimeter_label,
    use_case_code,
    use_case_title,
    axis_label,
    max(quadrant_label) filter (where is_default) as quadrant_label,
    count(*) as quadrant_count,
    cast(coalesce(sum(profile_count) filter (where not is_default), 0) as bigint) as moving_profile_count,
    coalesce(
        string_agg(quadrant_label || ' : ' || profile_labels, ' · ' order by quadrant_rank)
            filter (where not is_default),
        'Aucun autre'
    ) as other_quadrants,
    bool_or(is_demonstration) as is_demonstration
from placed
group by
    campaign_code, campaign_label, campaign_rank, perimeter_code, perimeter_label, use_case_code, use_case_title,
    axis_label
