{{ config(materialized='view') }}

with
    -- read for each use rather than kept: a page then reads its campaign and its reader, not all
    matrix as not materialized (select * from {{ ref('mart_portfolio_matrix') }}),
    quadrants as (select * from {{ ref('dim_quadrant') }}),
    confidential as (select use_case_code from {{ ref('dim_use_case') }} where is_confidential),
    establishments as (select * from {{ ref('dim_establishment') }}),
    submitters as (select distinct organisation_code from {{ ref('fct_submission') }}),

    readers as (
        select
            organisation_code as reader_organisation_code,
            organisation_title as reader_organisation_label,
            is_gcs_member
        from establishments
        where is_gcs_member or organisation_code in (select organisation_code from submitters)
    ),

    own as not materialized (select * from matrix where perimeter_kind = 'etablissement'),

    -- how many establishments other than the reader's stand behind each side of the score of the GCS
    shared as (
        select
            readers.reader_organisation_code,
            matrix.*,
            matrix.impact_count - case when readers.is_gcs_member and own.impact_score is not null then 1 else 0 end
                as impact_other_count,
            matrix.effort_count - case when readers.is_gcs_member and own.effort_score is not null then 1 else 0 end
                as effort_other_count
        from matrix
        cross join readers
        left join own
            on readers.reader_organisation_code = own.perimeter_code
            and matrix.campaign_code = own.campaign_code
            and matrix.profile_code = own.profile_code
            and matrix.use_case_code = own.use_case_code
        where matrix.perimeter_kind = 'gcs'
    ),

    shown as (
        select
            reader_organisation_code,
            'gcs' as view_code,
            'GCS (membres)' as view_label,
            1 as view_rank,
            campaign_code, campaign_label, campaign_rank, profile_code, profile_label, profile_rank,
            use_case_code, use_case_title, axis_label, axis_rank,
            -- whole points: two states of one campaign, subtracted, would otherwise tell the last answer
            {{ whole_points('impact_score') }} as impact_score,
            {{ whole_points('effort_score') }} as effort_score,
            quadrant_code,
            least(impact_other_count, effort_other_count) as other_establishment_count,
            is_demonstration
        from shared
        where least(impact_other_count, effort_other_count) >= {{ var('fewest_other_establishments') }}
            and use_case_code not in (select use_case_code from confidential)
        union all
        select
            perimeter_code,
            'own',
            'Mon établissement',
            2,
            campaign_code, campaign_label, campaign_rank, profile_code, profile_label, profile_rank,
            use_case_code, use_case_title, axis_label, axis_rank,
            impact_score,
            effort_score,
            quadrant_code,
            null,
            is_demonstration
        from own
    ),

    prioritised as (
        select
            *,
            {{ from_millionths('(' ~ to_millionths('impact_score + 100 - effort_score') ~ ' + 1) // 2') }}
                as priority_score
        from shown
    )

select
    prioritised.reader_organisation_code,
    readers.reader_organisation_label,
    prioritised.view_code,
    prioritised.view_label,
    prioritised.view_rank,
    prioritised.campaign_code,
    prioritised.campaign_label,
    prioritised.campaign_rank,
    prioritised.profile_code,
    prioritised.profile_label,
    prioritised.profile_rank,
    prioritised.use_case_code,
    prioritised.use_case_title,
    prioritised.axis_label,
    prioritised.axis_rank,
    prioritised.impact_score,
    prioritised.effort_score,
    prioritised.quadrant_code,
    quadrants.quadrant_label,
    quadrants.quadrant_rank,
    prioritised.priority_score,
    -- among what the reader sees: a rank among all would tell where the others stand
    case when prioritised.priority_score is not null then rank() over (
        partition by reader_organisation_code, view_code, campaign_code, profile_code
        order by prioritised.priority_score desc nulls last
    ) end as priority_rank,
    prioritised.other_establishment_count,
    prioritised.is_demonstration
from prioritised
inner join readers using (reader_organisation_code)
inner join quadrants using (quadrant_code)
