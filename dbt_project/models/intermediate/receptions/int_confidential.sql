-- The one place that says what is confidential; all that leaves for others than coordinators reads it.
with
    use_case_rows as (select * from {{ ref('int_use_case_row') }} where is_confidential),
    refused as (select * from {{ ref('int_refused_confidential') }}),
    submissions as (select * from {{ ref('int_submission_counted') }}),
    catalogue as (select * from {{ ref('stg_referential__use_cases') }}),

    kept as (
        select use_case_code, organisation_code from use_case_rows
        union
        select refused.use_case_code, refused.organisation_code
        from refused
        semi join submissions using (reception_number)
    )

select
    kept.use_case_code,
    kept.organisation_code,
    catalogue.use_case_code is null as is_hidden_whole
from kept
left join catalogue using (use_case_code)
