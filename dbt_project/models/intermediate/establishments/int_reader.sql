{{ config(materialized='replaced_view') }}

with
    establishments as (select * from {{ ref('dim_establishment') }}),
    submitters as (select organisation_code from {{ ref('fct_submission') }})

select
    organisation_code as reader_organisation_code,
    organisation_title as reader_organisation_label,
    is_gcs_member
from establishments
where is_gcs_member or organisation_code in (select organisation_code from submitters)
