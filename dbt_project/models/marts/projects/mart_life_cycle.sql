with
    projects as (select * from {{ ref('dim_project') }}),
    reached as (select * from {{ ref('fct_project_status') }}),
    statuses as (select * from {{ ref('dim_project_status') }}),
    use_cases as (select * from {{ ref('int_use_case_wording') }}),
    establishments as (select * from {{ ref('dim_establishment') }}),
    -- what one organisation keeps to the GCS stays so where another describes the same use case openly
    confidential as (select * from {{ ref('int_confidential') }}),
    first_evidence as (
        select code
        from {{ ref('stg_referential__choices') }}
        where list_code = 'evidence_levels'
        qualify row_number() over (order by rank, code) = 1
    ),

    limits as (
        select
            max(received_on) as as_of_on,
            (
                select cast(max(threshold_value) as integer)
                from {{ ref('stg_referential__thresholds') }} where threshold_code = 'STALLED_MONTHS'
            ) as stalled_months,
            (
                select cast(max(threshold_value) as integer)
                from {{ ref('stg_referential__thresholds') }} where threshold_code = 'ANNOUNCED_MONTHS'
            ) as announced_months
        from {{ ref('int_reception_day') }}
    ),

    -- in the order in which dim_project finds the current one: by day, then by rank
    stages as (
        select
            reached.project_id,
            reached.status_code,
            statuses.status_label,
            statuses.status_rank,
            statuses.is_deployed,
            statuses.is_ended,
            reached.is_current,
            reached.reached_on as entered_on,
            lead(reached.reached_on) over (
                partition by reached.project_id order by reached.reached_on nulls first, statuses.status_rank
            ) as left_on
        from reached
        inner join statuses using (status_code)
    )

select
    projects.project_id,
    coalesce(stages.status_code, 'non_precise') as status_code,
    coalesce(stages.status_label, {{ no_status() }}) as status_label,
    coalesce(stages.status_rank, 98) as status_rank,
    use_cases.source_code,
    projects.use_case_code,
    use_cases.use_case_title,
    use_cases.axis_label,
    confidential.use_case_code is not null or (use_cases.is_confidential and not use_cases.is_in_catalogue)
        as is_confidential,
    projects.organisation_code,
    establishments.organisation_title as organisation_label,
    coalesce(projects.evidence_label, {{ no_status() }}) as evidence_label,
    stages.entered_on,
    stages.left_on,
    case
        when stages.left_on is not null then stages.left_on - stages.entered_on
        when stages.is_current and not stages.is_ended and stages.entered_on <= limits.as_of_on
            then limits.as_of_on - stages.entered_on
    end as day_count,
    coalesce(stages.is_current, true) as is_current,
    coalesce(stages.is_deployed, false) as is_deployed,
    coalesce(stages.is_ended, false) as is_ended,
    coalesce(
        stages.is_current and not stages.is_deployed and not stages.is_ended
            and stages.entered_on + to_months(limits.stalled_months) <= limits.as_of_on,
        false
    ) as is_stalled,
    coalesce(
        stages.is_current and not stages.is_ended and first_evidence.code is not null
            and stages.entered_on + to_months(limits.announced_months) <= limits.as_of_on,
        false
    ) as is_unfollowed_announcement,
    limits.as_of_on,
    projects.is_demonstration
from projects
cross join limits
inner join use_cases using (use_case_code)
inner join establishments using (organisation_code)
left join stages using (project_id)
left join first_evidence on projects.evidence_code = first_evidence.code
left join confidential
    on projects.use_case_code = confidential.use_case_code
    and projects.organisation_code = confidential.organisation_code
