-- The one place that says what is confidential; all that leaves for others than coordinators reads it.
with
    use_case_rows as (select * from {{ ref('int_use_case_row') }} where is_confidential),
    catalogue as (select * from {{ ref('stg_referential__use_cases') }})

select distinct
    use_case_rows.use_case_code,
    use_case_rows.organisation_code,
    catalogue.use_case_code is null as is_hidden_whole
from use_case_rows
left join catalogue using (use_case_code)
