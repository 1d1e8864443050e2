with
    campaigns as (select * from {{ ref('dim_campaign') }}),
    criteria as (select * from {{ ref('dim_criterion') }}),
    subcriteria as (select * from {{ ref('dim_question') }} where question_kind = 'subcriterion')

select
    campaigns.campaign_code,
    campaigns.campaign_rank,
    criteria.criterion_code,
    cast(dense_rank() over (order by criteria.criterion_code) as smallint) as criterion_number,
    criteria.side_code,
    subcriteria.question_code as subcriterion_code,
    subcriteria.scale_code,
    subcriteria.polarity
from campaigns
cross join subcriteria
inner join criteria using (criterion_code)
where
    {{ is_valid_on('criteria', 'campaigns.reference_on') }}
    and {{ is_valid_on('subcriteria', 'campaigns.reference_on') }}
