{{ config(materialized='view') }}

-- Each part is read once and by itself, so that a filter reaches the tables below instead of what stands between.
with
    gcs as (select * from {{ ref('mart_portfolio_matrix') }} where perimeter_kind = 'gcs'),
    scores as (select * from {{ ref('int_score_perimeter') }}),
    quadrants as (select * from {{ ref('dim_quadrant') }}),
    confidential as (select use_case_code from {{ ref('dim_use_case') }} where is_confidential),
    readers as (select * from {{ ref('int_reader') }}),

    own as (
        select readers.reader_organisation_code, readers.reader_organisation_label, matrix.*
        from {{ ref('mart_portfolio_matrix') }} as matrix
        inner join readers on matrix.perimeter_code = readers.reader_organisation_code collate posix
        where matrix.perimeter_kind = 'etablissement'
    ),

    -- how many establishments other than the reader's stand behind each side of the score of the GCS
    shared as (
        select
            readers.reader_organisation_code,
            readers.reader_organisation_label,
            gcs.*,
            gcs.impact_count - case when readers.is_gcs_member and scores.impact_score is not null then 1 else 0 end
                as impact_other_count,
            gcs.effort_count - case when readers.is_gcs_member and scores.effort_score is not null then 1 else 0 end
                as effort_other_count
        from gcs
        cross join readers
        left join scores
            on readers.reader_organisation_code = scores.perimeter_code collate posix
            and {{ same_code('gcs', 'scores', 'campaign_code') }}
            and {{ same_code('gcs', 'scores', 'profile_code') }}
            and {{ same_code('gcs', 'scores', 'use_case_code') }}
    ),

    shown as (
        select
            reader_organisation_code,
            reader_organisation_label,
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
            reader_organisation_code,
            reader_organisation_label,
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
    prioritised.reader_organisation_label,
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
        partition by {{ letter_by_letter([
            'reader_organisation_code', 'reader_organisation_label', 'view_code', 'campaign_code', 'campaign_label',
            'profile_code', 'profile_label'
        ]) }}
        order by prioritised.priority_score desc nulls last
    ) end as priority_rank,
    prioritised.other_establishment_count,
    prioritised.is_demonstration
from prioritised
inner join quadrants on {{ same_code('prioritised', 'quadrants', 'quadrant_code') }}
