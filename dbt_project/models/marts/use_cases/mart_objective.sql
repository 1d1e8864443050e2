with
    objectives as (select * from {{ ref('fct_objective') }}),
    submissions as (select * from {{ ref('fct_submission') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    use_cases as (select * from {{ ref('dim_use_case') }}),
    establishments as (select * from {{ ref('dim_establishment') }})

select
    objectives.organisation_code,
    establishments.organisation_title as organisation_label,
    objectives.campaign_code,
    campaigns.campaign_title as campaign_label,
    objectives.use_case_code,
    use_cases.use_case_title,
    objectives.indicator,
    objectives.baseline,
    objectives.target,
    objectives.observed,
    objectives.observed_on,
    submissions.file_name,
    objectives.sheet,
    objectives.row_number,
    objectives.is_demonstration
from objectives
inner join submissions using (reception_number)
inner join campaigns on objectives.campaign_code = campaigns.campaign_code
inner join use_cases on objectives.use_case_code = use_cases.use_case_code
inner join establishments on objectives.organisation_code = establishments.organisation_code
