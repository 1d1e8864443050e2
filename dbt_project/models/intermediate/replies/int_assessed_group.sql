select distinct reply_key, group_key, organisation_code, campaign_code, use_case_code
from {{ ref('int_assessment') }}
where {{ in_touched('reply') }}
-- in the order of campaigns: a pass steps over the blocks of the others
order by group_key
