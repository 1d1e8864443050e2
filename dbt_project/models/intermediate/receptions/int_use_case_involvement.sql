with
    submissions as (select * from {{ ref('int_submission_counted') }}),
    canonical as (select * from {{ ref('int_use_case_canonical') }}),

    named as (
        select
            coalesce(canonical.canonical_code, mentions.use_case_code) as use_case_code,
            submissions.organisation_code,
            submissions.campaign_code,
            submissions.is_demonstration
        from {{ ref('int_use_case_mention') }} as mentions
        inner join submissions using (reception_number)
        left join canonical using (use_case_code)
        where mentions.assessor_code is null
    ),

    assessed as (
        select groups.*, coalesce(campaigns.is_demonstration, false) as is_demonstration
        from {{ ref('int_assessed_group') }} as groups
        left join {{ ref('dim_campaign') }} as campaigns using (campaign_code)
    ),

    involved as (
        select use_case_code, organisation_code, campaign_code, is_demonstration from named
        union all
        select use_case_code, organisation_code, campaign_code, is_demonstration from assessed
    )

select
    use_case_code,
    organisation_code,
    campaign_code,
    bool_or(is_demonstration) as is_demonstration
from involved
group by use_case_code, organisation_code, campaign_code
