with
    involvements as (select * from {{ ref('int_use_case_involvement') }}),
    members as (select * from {{ ref('int_perimeter_member') }} where perimeter_code in ('gcs', 'tous')),
    confidential as (select * from {{ ref('int_confidential') }}),
    hidden as (select distinct use_case_code from confidential where is_hidden_whole)

select involvements.campaign_code, members.perimeter_code, involvements.use_case_code
from involvements
inner join members using (organisation_code)
anti join confidential using (use_case_code, organisation_code)
anti join hidden on involvements.use_case_code = hidden.use_case_code
union
select campaign_code, perimeter_code, use_case_code from {{ ref('int_snapshot_score') }}
