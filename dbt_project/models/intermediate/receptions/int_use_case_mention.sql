{{ config(materialized='ephemeral') }}

-- whatever makes a use case known must be here: what names one elsewhere is refused by the keys of its fact
select reception_number, use_case_code, null as assessor_code from {{ ref('stg_lake__use_cases') }}
union all
select reception_number, use_case_code, null from {{ ref('stg_lake__objectives') }}
union all
select reception_number, use_case_code, null from {{ ref('stg_lake__projects') }}
union all
select reception_number, use_case_code, assessor_code from {{ ref('stg_lake__assessments') }}
