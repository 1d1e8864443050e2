with
    matrix as (select * from {{ ref('mart_portfolio_matrix') }}),
    members as (select * from {{ ref('int_perimeter_member') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    perimeters as (select * from {{ ref('dim_perimeter') }}),
    profiles as (select * from {{ ref('dim_weight_profile') }}),
    use_cases as (select * from {{ ref('int_use_case_wording') }}),
    quadrants as (select * from {{ ref('dim_quadrant') }}),

    thresholds as (
        select
            max(threshold_value) filter (where threshold_code = 'IMPACT_HIGH') as impact_high_score,
            max(threshold_value) filter (where threshold_code = 'EFFORT_HIGH') as effort_high_score
        from {{ ref('stg_referential__thresholds') }}
    ),

    -- the campaign before: of the same perimeter, demonstrations apart from real ones
    steps as (
        select
            perimeter_code,
            campaign_code,
            lag(campaign_code) over (
                partition by perimeter_code, is_demonstration order by campaign_rank
            ) as previous_campaign_code
        from (select distinct perimeter_code, campaign_code, campaign_rank, is_demonstration from matrix)
        qualify previous_campaign_code is not null
    ),

    pairs as (
        select steps.*, present.profile_code, present.use_case_code from steps
        inner join matrix as present using (perimeter_code, campaign_code)
        union
        select steps.*, before.profile_code, before.use_case_code from steps
        inner join matrix as before
            on steps.perimeter_code = before.perimeter_code
            and steps.previous_campaign_code = before.campaign_code
    ),

    on_all as (
        select
            pairs.*,
            'tous' as scope_code,
            present.impact_score,
            present.effort_score,
            present.quadrant_code,
            present.establishment_count,
            before.impact_score as previous_impact_score,
            before.effort_score as previous_effort_score,
            before.quadrant_code as previous_quadrant_code
        from pairs
        left join matrix as present using (campaign_code, profile_code, perimeter_code, use_case_code)
        left join matrix as before
            on pairs.previous_campaign_code = before.campaign_code
            and pairs.profile_code = before.profile_code
            and pairs.perimeter_code = before.perimeter_code
            and pairs.use_case_code = before.use_case_code
    ),

    -- only what both campaigns scored: the same use cases, by the same establishments
    both_scored as (
        select
            steps.*,
            present.profile_code,
            present.use_case_code,
            present.impact_score,
            present.effort_score,
            before.impact_score as previous_impact_score,
            before.effort_score as previous_effort_score
        from steps
        inner join members using (perimeter_code)
        inner join matrix as present
            on steps.campaign_code = present.campaign_code
            and members.organisation_code = present.perimeter_code
        inner join matrix as before
            on steps.previous_campaign_code = before.campaign_code
            and members.organisation_code = before.perimeter_code
            and present.profile_code = before.profile_code
            and present.use_case_code = before.use_case_code
        where present.priority_score is not null and before.priority_score is not null
    ),

    constant_means as (
        select
            perimeter_code,
            campaign_code,
            previous_campaign_code,
            profile_code,
            use_case_code,
            {{ mean_score('impact_score') }} as impact_score,
            {{ mean_score('effort_score') }} as effort_score,
            count(*) as establishment_count,
            {{ mean_score('previous_impact_score') }} as previous_impact_score,
            {{ mean_score('previous_effort_score') }} as previous_effort_score
        from both_scored
        group by perimeter_code, campaign_code, previous_campaign_code, profile_code, use_case_code
    ),

    on_constant as (
        select
            constant_means.*,
            'constant' as scope_code,
            present.quadrant_code,
            before.quadrant_code as previous_quadrant_code
        from constant_means
        cross join thresholds
        left join quadrants as present
            on present.is_impact_high = (constant_means.impact_score >= thresholds.impact_high_score)
            and present.is_effort_high = (constant_means.effort_score >= thresholds.effort_high_score)
        left join quadrants as before
            on before.is_impact_high = (constant_means.previous_impact_score >= thresholds.impact_high_score)
            and before.is_effort_high = (constant_means.previous_effort_score >= thresholds.effort_high_score)
    ),

    compared as (
        select * from on_all
        union all by name
        select * from on_constant
    )

select
    compared.campaign_code,
    campaigns.campaign_title as campaign_label,
    campaigns.campaign_rank,
    compared.previous_campaign_code,
    previous_campaigns.campaign_title as previous_campaign_label,
    compared.profile_code,
    profiles.profile_label,
    compared.perimeter_code,
    perimeters.perimeter_label,
    compared.scope_code,
    case compared.scope_code when 'tous' then 'Tous les cas d''usage' else 'Périmètre constant' end as scope_label,
    compared.use_case_code,
    use_cases.use_case_title,
    use_cases.axis_label,
    use_cases.is_confidential,
    compared.impact_score,
    compared.previous_impact_score,
    cast(compared.impact_score - compared.previous_impact_score as decimal(9, 6)) as impact_change,
    compared.effort_score,
    compared.previous_effort_score,
    cast(compared.effort_score - compared.previous_effort_score as decimal(9, 6)) as effort_change,
    compared.quadrant_code,
    present.quadrant_label,
    before.quadrant_label as previous_quadrant_label,
    case
        when compared.previous_quadrant_code is null then 'Nouveau'
        when compared.quadrant_code is null then 'Disparu'
        when compared.quadrant_code = compared.previous_quadrant_code then 'Même quadrant'
        else 'Autre quadrant'
    end as movement_label,
    coalesce(compared.establishment_count, 0) as establishment_count,
    campaigns.is_demonstration
from compared
inner join campaigns using (campaign_code)
inner join campaigns as previous_campaigns on compared.previous_campaign_code = previous_campaigns.campaign_code
inner join profiles using (profile_code)
inner join perimeters using (perimeter_code)
inner join use_cases using (use_case_code)
left join quadrants as present on compared.quadrant_code = present.quadrant_code
left join quadrants as before on compared.previous_quadrant_code = before.quadrant_code
