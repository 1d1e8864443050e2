-- Those with a touched reply; and those that come after one of them, whose trend may be compared with it.
with
    touched as (select distinct campaign_code from {{ ref('int_touched_reply') }} where is_touched),
    campaigns as (select * from {{ ref('dim_campaign') }}),

    followers as (
        select distinct later.campaign_code
        from touched
        inner join campaigns using (campaign_code)
        inner join campaigns as later
            on campaigns.is_demonstration = later.is_demonstration and campaigns.campaign_rank < later.campaign_rank
    )

select campaign_code, touched.campaign_code is not null as has_touched_reply
from touched
full join followers using (campaign_code)
