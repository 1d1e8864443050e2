with
    basis as (select * from {{ ref('int_open_basis') }}),
    side_count as (select count(*) as needed_count from {{ ref('dim_side') }}),

    limits as (
        select
            max(threshold_value) filter (where threshold_code = 'OPEN_DATA_ASSESSORS') as assessor_limit,
            max(threshold_value) filter (where threshold_code = 'OPEN_DATA_ESTABLISHMENTS') as establishment_limit
        from {{ ref('stg_referential__thresholds') }}
    ),

    compared as (
        select
            basis.*,
            basis.assessor_count >= limits.assessor_limit
                and basis.establishment_count >= limits.establishment_limit as has_enough,
            basis.rest_establishment_count > 0 and (
                basis.rest_assessor_count < limits.assessor_limit
                or basis.rest_establishment_count < limits.establishment_limit
            ) as is_deducible
        from basis
        cross join limits
    ),

    counted as (
        select
            campaign_code,
            perimeter_code,
            use_case_code,
            min(assessor_count) filter (where scope_kind = 'side') as assessor_count,
            min(establishment_count) filter (where scope_kind = 'side') as establishment_count,
            count(*) filter (where scope_kind = 'side') as side_count,
            bool_and(has_enough) filter (where scope_kind = 'side') as has_enough_by_side,
            bool_or(is_deducible) filter (where scope_kind = 'side') as is_deducible_by_side,
            bool_and(has_enough) as has_enough_by_criterion,
            bool_or(is_deducible) as is_deducible_by_criterion
        from compared
        group by campaign_code, perimeter_code, use_case_code
    )

select
    counted.campaign_code,
    counted.perimeter_code,
    counted.use_case_code,
    counted.assessor_count,
    counted.establishment_count,
    case
        when not counted.has_enough_by_side or counted.side_count < side_count.needed_count
            then {{ too_few_assessors('limits') }}
        when counted.is_deducible_by_side then {{ deducible_score() }}
    end as withheld_reason,
    case
        when not counted.has_enough_by_criterion or counted.side_count < side_count.needed_count
            then {{ too_few_assessors('limits') }}
        when counted.is_deducible_by_criterion then {{ deducible_score() }}
    end as withheld_by_criterion_reason
from counted
cross join limits
cross join side_count
