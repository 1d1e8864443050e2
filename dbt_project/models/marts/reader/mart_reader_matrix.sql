{{ config(materialized='replaced_view') }}

-- Each part is read once and by itself, so that a filter reaches the tables below instead of what stands between. Of
-- the GCS, nothing here moves between two acts of the coordinators; the reader's own score stands beside it as of that
-- act, and as it is now.
with
    readers as (select * from {{ ref('int_reader') }}),
    places as (select * from {{ ref('int_shared_place') }} where perimeter_code = 'gcs'),
    figures as (select * from {{ ref('int_snapshot_score') }} where perimeter_code = 'gcs'),
    contributors as (
        select distinct campaign_code, use_case_code, organisation_code
        from {{ ref('int_snapshot_contributor') }}
        where perimeter_code = 'gcs'
    ),
    own_figures as (select * from {{ ref('int_snapshot_own_score') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    profiles as (select * from {{ ref('dim_weight_profile') }}),
    quadrants as (select * from {{ ref('dim_quadrant') }}),
    use_cases as (select * from {{ ref('int_use_case_wording') }}),
    hidden as (
        select
            hidden_titles.reader_organisation_code as told_organisation_code,
            hidden_titles.use_case_code,
            hidden_titles.use_case_title,
            coalesce(axes.axis_label, {{ no_axis() }}) as own_axis_label,
            coalesce(axes.axis_rank, 99) as own_axis_rank
        from {{ ref('int_hidden_title') }} as hidden_titles
        left join {{ ref('dim_axis') }} as axes on hidden_titles.axis_code = axes.axis_code
    ),
    weighed as (
        select distinct campaign_code, profile_code from {{ ref('int_criterion_weight') }}
        union
        select distinct campaign_code, profile_code from figures
    ),

    shared as (
        select
            places.campaign_code,
            weighed.profile_code,
            places.use_case_code,
            figures.impact_score,
            figures.effort_score,
            coalesce(figures.quadrant_code, 'non_publie') as quadrant_code,
            figures.establishment_count,
            figures.from_on as snapshot_on
        from places
        inner join weighed using (campaign_code)
        left join figures using (campaign_code, use_case_code, profile_code)
    ),

    shown as (
        select
            readers.reader_organisation_code,
            readers.reader_organisation_label,
            'gcs' as view_code,
            'GCS (membres)' as view_label,
            1 as view_rank,
            shared.campaign_code,
            shared.profile_code,
            shared.use_case_code,
            shared.impact_score,
            shared.effort_score,
            shared.quadrant_code,
            shared.snapshot_on,
            cast(shared.establishment_count as bigint)
                - case when contributors.organisation_code is null then 0 else 1 end as other_establishment_count
        from shared
        cross join readers
        left join contributors
            on readers.reader_organisation_code = contributors.organisation_code collate posix
            and {{ same_code('shared', 'contributors', 'campaign_code') }}
            and {{ same_code('shared', 'contributors', 'use_case_code') }}
        union all
        select
            readers.reader_organisation_code,
            readers.reader_organisation_label,
            'own',
            'Mon établissement',
            2,
            scores.campaign_code,
            scores.profile_code,
            scores.use_case_code,
            scores.impact_score,
            scores.effort_score,
            scores.quadrant_code,
            null,
            null
        from {{ ref('int_quadrant') }} as scores
        inner join readers on scores.perimeter_code = readers.reader_organisation_code collate posix
        union all
        select
            readers.reader_organisation_code,
            readers.reader_organisation_label,
            'own_snapshot',
            'Mon établissement, à l''arrêté',
            3,
            own_figures.campaign_code,
            own_figures.profile_code,
            own_figures.use_case_code,
            own_figures.impact_score,
            own_figures.effort_score,
            own_figures.quadrant_code,
            own_figures.from_on,
            null
        from own_figures
        inner join readers on own_figures.organisation_code = readers.reader_organisation_code collate posix
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
    campaigns.campaign_title as campaign_label,
    campaigns.campaign_rank,
    prioritised.profile_code,
    profiles.profile_label,
    profiles.profile_rank,
    prioritised.use_case_code,
    coalesce(hidden.use_case_title, use_cases.use_case_title) as use_case_title,
    -- of a hidden one, the axis that the reader's own establishment gives it: another's is not told
    coalesce(hidden.own_axis_label, use_cases.axis_label) as axis_label,
    coalesce(hidden.own_axis_rank, use_cases.axis_rank) as axis_rank,
    prioritised.impact_score,
    prioritised.effort_score,
    prioritised.quadrant_code,
    coalesce(quadrants.quadrant_label, {{ not_published() }}) as quadrant_label,
    coalesce(quadrants.quadrant_rank, 99) as quadrant_rank,
    prioritised.priority_score,
    -- among what the reader sees: a rank among all would tell where the others stand
    case when prioritised.priority_score is not null then rank() over (
        partition by {{ letter_by_letter([
            'reader_organisation_code', 'reader_organisation_label', 'view_code', 'prioritised.campaign_code',
            'campaign_label', 'prioritised.profile_code', 'profile_label'
        ]) }}
        order by prioritised.priority_score desc nulls last
    ) end as priority_rank,
    {{ ranked_title('priority_rank', 'coalesce(hidden.use_case_title, use_cases.use_case_title)') }} as ranked_title,
    prioritised.other_establishment_count,
    prioritised.snapshot_on,
    case
        when prioritised.view_code = 'own' then 'À ce jour'
        when prioritised.snapshot_on is not null then 'Arrêté du ' || strftime(prioritised.snapshot_on, '%d/%m/%Y')
        else {{ not_published() }}
    end as snapshot_label,
    campaigns.is_demonstration
from prioritised
left join quadrants on {{ same_code('prioritised', 'quadrants', 'quadrant_code') }}
inner join campaigns on {{ same_code('prioritised', 'campaigns', 'campaign_code') }}
inner join profiles on {{ same_code('prioritised', 'profiles', 'profile_code') }}
inner join use_cases on {{ same_code('prioritised', 'use_cases', 'use_case_code') }}
left join hidden
    on prioritised.reader_organisation_code = hidden.told_organisation_code collate posix
    and {{ same_code('prioritised', 'hidden', 'use_case_code') }}
