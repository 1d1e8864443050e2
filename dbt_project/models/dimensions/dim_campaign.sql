with
    campaigns as (select * from {{ ref('stg_referential__campaigns') }})

select
    *,
    {{ unique_title('campaign_label', 'campaign_code') }} as campaign_title,
    coalesce(deadline_on, opens_on) as reference_on,
    cast(row_number() over (order by opens_on nulls first, campaign_code) as integer) as campaign_rank
from campaigns
