with
    establishments as (select * from {{ ref('dim_establishment') }}),
    submissions as (select distinct organisation_code from {{ ref('int_submission_counted') }}),

    submitting as (select establishments.* from establishments semi join submissions using (organisation_code))

select 'gcs' as perimeter_code, organisation_code from submitting where is_gcs_member
union all
select 'tous', organisation_code from submitting
union all
select organisation_code, organisation_code from submitting
