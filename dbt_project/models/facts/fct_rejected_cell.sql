with
    problems as (select * from {{ ref('stg_lake__problems') }}),
    receptions as (select * from {{ ref('stg_lake__receptions') }}),
    rules as (select * from {{ ref('stg_rules') }}),
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
    -- a file may stand that was judged by a rule of an earlier edition
    coalesce(rules.rule_sentence, 'Règle que la liste n''a plus.') as rule_sentence,
    counted.reception_number is not null as is_current,
    coalesce(counted.is_demonstration, false) as is_demonstration
from problems
anti join set_aside on problems.reception_number = set_aside.reception_number
left join rules on problems.rule_code = rules.rule_code
left join receptions on problems.reception_number = receptions.reception_number
left join counted on problems.reception_number = counted.reception_number
where problems.severity_code = 'erreur'
