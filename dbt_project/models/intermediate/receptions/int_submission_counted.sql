with
    submissions as (select * from {{ ref('stg_lake__submissions') }}),
    set_aside as (select * from {{ ref('stg_lake__set_aside') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),

    latest_of_key as (
        select *
        from submissions
        anti join set_aside using (reception_number)
        qualify row_number() over (partition by submission_key order by reception_number desc) = 1
    )

select
    latest_of_key.reception_number,
    latest_of_key.submission_key,
    latest_of_key.organisation_code,
    latest_of_key.campaign_code,
    coalesce(campaigns.is_demonstration, false) as is_demonstration
from latest_of_key
left join campaigns using (campaign_code)
where not latest_of_key.is_withdrawal
