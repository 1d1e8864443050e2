with
    use_cases as (select * from {{ ref('int_use_case_wording') }}),
    use_case_functions as (select * from {{ ref('bridge_use_case_function') }}),
    functions as (select * from {{ ref('dim_function') }}),
    use_case_organisations as (select * from {{ ref('int_use_case_organisation') }}),
    establishments as (select * from {{ ref('dim_establishment') }}),
    sectors as (select * from {{ ref('dim_sector') }})

select
    use_cases.source_code,
    use_cases.source_label,
    use_cases.source_kind,
    use_cases.use_case_code,
    use_cases.use_case_label,
    use_cases.use_case_title,
    use_cases.need,
    use_cases.axis_code,
    use_cases.axis_label,
    use_cases.axis_rank,
    use_cases.axis_origin_label,
    use_cases.segment_label,
    use_cases.domain_label,
    use_case_functions.function_code,
    {{ function_if_any('functions.function_label', 'use_cases.source_code') }} as function_label,
    coalesce(functions.function_rank, 99) as function_rank,
    use_cases.technique_labels,
    use_cases.learning_type_labels,
    use_case_organisations.organisation_code,
    coalesce(establishments.organisation_title, {{ no_organisation() }}) as organisation_label,
    case when establishments.country_code = 'FR' then 'FR-' || establishments.department_code end as department_iso,
    establishments.sector_code,
    sectors.sector_label,
    sectors.sector_rank,
    coalesce(establishments.is_gcs_member, false) as member_gcs,
    coalesce(establishments.is_health_establishment, false) as is_health_establishment,
    use_case_organisations.status_code,
    coalesce(use_case_organisations.status_label, {{ no_project() }}) as status_label,
    coalesce(use_case_organisations.status_rank, 99) as status_rank,
    coalesce(use_case_organisations.is_deployed, false) as is_deployed,
    use_case_organisations.evidence_label,
    use_case_organisations.deployed_on,
    coalesce(use_case_organisations.has_project, false) as has_project,
    use_cases.is_demonstration or coalesce(use_case_organisations.is_demonstration, false) as is_demonstration
from use_cases
left join use_case_functions using (use_case_code)
left join functions using (function_code)
left join use_case_organisations using (use_case_code)
left join establishments using (organisation_code)
left join sectors using (sector_code)
