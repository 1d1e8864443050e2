{{ config(materialized='ephemeral') }}

with
    campaigns as (select * from {{ ref('dim_campaign') }}),
    criteria as (select * from {{ ref('stg_referential__criteria') }}),
    subcriteria as (select * from {{ ref('stg_referential__subcriteria') }})

select
    campaigns.campaign_code,
    criteria.criterion_code,
    criteria.side_code,
    subcriteria.subcriterion_code,
    subcriteria.scale_code,
    subcriteria.polarity
from campaigns
cross join subcriteria
inner join criteria using (criterion_code)
where
    {{ is_valid_on('criteria', 'campaigns.reference_on') }}
    and {{ is_valid_on('subcriteria', 'campaigns.reference_on') }}
