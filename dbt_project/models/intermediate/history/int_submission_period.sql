with
    submissions as (select * from {{ ref('stg_lake__submissions') }}),
    set_aside as (select * from {{ ref('stg_lake__set_aside') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),

    followed as (
        select
            *,
            lead(reception_number) over (partition by submission_key order by reception_number) as next_reception_number
        from submissions
        anti join set_aside using (reception_number)
    )

select
    followed.reception_number,
    followed.submission_key,
    followed.organisation_code,
    followed.campaign_code,
    coalesce(campaigns.is_demonstration, false) as is_demonstration,
    followed.reception_number as from_reception,
    followed.next_reception_number as to_reception
from followed
left join campaigns using (campaign_code)
where not followed.is_withdrawal
