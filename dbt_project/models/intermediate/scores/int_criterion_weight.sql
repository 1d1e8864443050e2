with
    campaigns as (select * from {{ ref('dim_campaign') }}),
    profiles as (select * from {{ ref('dim_weight_profile') }}),
    criteria as (
        select distinct campaign_code, criterion_code, criterion_number, side_code from {{ ref('int_question_asked') }}
    ),
    weights as (select * from {{ ref('stg_referential__weight_profile_weights') }})

select
    campaigns.campaign_code,
    campaigns.campaign_rank,
    profiles.profile_code,
    cast(dense_rank() over (order by profiles.profile_code) as smallint) as profile_number,
    criteria.side_code,
    criteria.criterion_code,
    criteria.criterion_number,
    coalesce(weights.weight_thousandths, 1000) as weight_thousandths
from campaigns
cross join profiles
left join criteria using (campaign_code)
left join weights using (profile_code, criterion_code)
where {{ is_valid_on('profiles', 'campaigns.reference_on') }}
