with
    use_cases as (select * from {{ ref('int_use_case_row') }}),
    assessed as (
        select groups.*, coalesce(campaigns.is_demonstration, false) as is_demonstration
        from {{ ref('int_assessed_group') }} as groups
        left join {{ ref('dim_campaign') }} as campaigns using (campaign_code)
    ),
    projects as (select * from {{ ref('int_project_row') }}),

    mentions as (
        select use_case_code, organisation_code, campaign_code, is_demonstration from use_cases
        union all
        select use_case_code, organisation_code, campaign_code, is_demonstration from assessed
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
