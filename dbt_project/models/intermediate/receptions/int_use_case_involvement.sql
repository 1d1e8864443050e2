with
    use_cases as (select * from {{ ref('int_use_case_row') }}),
    assessed as (
        select groups.*, coalesce(campaigns.is_demonstration, false) as is_demonstration
        from {{ ref('int_assessed_group') }} as groups
        left join {{ ref('dim_campaign') }} as campaigns using (campaign_code)
    ),
    projects as (select * from {{ ref('int_project_row') }}),
    objectives as (
        select
            coalesce(canonical.canonical_code, stated.use_case_code) as use_case_code,
            submissions.organisation_code,
            submissions.campaign_code,
            submissions.is_demonstration
        from {{ ref('stg_lake__objectives') }} as stated
        inner join {{ ref('int_submission_counted') }} as submissions using (reception_number)
        left join {{ ref('int_use_case_canonical') }} as canonical using (use_case_code)
    ),

    mentions as (
        select use_case_code, organisation_code, campaign_code, is_demonstration from use_cases
        union all
        select use_case_code, organisation_code, campaign_code, is_demonstration from assessed
        union all
        select use_case_code, organisation_code, campaign_code, is_demonstration from projects
        union all
        select use_case_code, organisation_code, campaign_code, is_demonstration from objectives
    )

select
    use_case_code,
    organisation_code,
    campaign_code,
    bool_or(is_demonstration) as is_demonstration
from mentions
group by use_case_code, organisation_code, campaign_code
