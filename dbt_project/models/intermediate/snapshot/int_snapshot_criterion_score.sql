select *
from {{ ref('stg_lake__snapshot_criterion_scores') }}
anti join {{ ref('int_snapshot_withdrawn') }} using (campaign_code, perimeter_code, use_case_code)
