{{ config(materialized='replaced_view') }}

with
    use_cases as (select * from {{ ref('mart_open_use_case') }}),
    use_case_organisations as (select * from {{ ref('int_use_case_organisation') }} where has_project),
    confidential as (select * from {{ ref('int_confidential') }})

select
    use_case_organisations.use_case_code,
    use_case_organisations.organisation_code,
    use_case_organisations.status_code,
    use_case_organisations.status_label,
    use_case_organisations.is_deployed,
    use_case_organisations.deployed_on,
    use_case_organisations.evidence_label,
    use_case_organisations.is_demonstration
from use_case_organisations
semi join use_cases using (use_case_code)
anti join confidential using (use_case_code, organisation_code)
