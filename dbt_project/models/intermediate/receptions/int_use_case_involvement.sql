with
    use_cases as (select * from {{ ref('int_use_case_row') }}),
    assessments as (select * from {{ ref('int_assessment') }}),
    projects as (select * from {{ ref('int_project_row') }}),

    mentions as (
        select use_case_code, organisation_code, campaign_code, is_demonstration from use_cases
        union all
        select use_case_code, organisation_code, campaign_code, is_demonstration from assessments
        union all
        select use_case_code, organisation_code, campaign_code, is_demonstration from projects
    )

select
    use_case_code,
    organisation_code,
    campaign_code,
    bool_or(is_demonstration) as is_demonstration
from mentions
group by use_case_code, organisation_code, campaign_code
