with
    problems as (select * from {{ ref('stg_lake__problems') }}),
    receptions as (select * from {{ ref('stg_lake__receptions') }}),
    set_aside as (select * from {{ ref('stg_lake__set_aside') }}),
    counted as (select * from {{ ref('int_submission_counted') }})

select
    problems.reception_number,
    counted.organisation_code,
    counted.campaign_code,
    receptions.file_name,
    problems.sheet,
    problems.row_number,
    problems.column_label,
    problems.cell,
    problems.rule_code,
    counted.reception_number is not null as is_current,
    coalesce(counted.is_demonstration, false) as is_demonstration
from problems
anti join set_aside on problems.reception_number = set_aside.reception_number
left join receptions on problems.reception_number = receptions.reception_number
left join counted on problems.reception_number = counted.reception_number
where problems.severity_code = 'erreur'
