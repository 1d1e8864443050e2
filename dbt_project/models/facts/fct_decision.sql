with
    decisions as (select * from {{ ref('int_decision') }}),
    receptions as (select reception_number, file_name from {{ ref('stg_lake__receptions') }}),
    days as (select * from {{ ref('int_reception_day') }})

select
    decisions.use_case_code,
    decisions.perimeter_code,
    decisions.committee_on,
    decisions.outcome_code,
    decisions.reason,
    decisions.decider_role_code,
    decisions.next_review_on,
    decisions.is_withdrawal,
    decisions.is_current,
    days.received_on,
    receptions.file_name,
    decisions.reception_number,
    decisions.sheet,
    decisions.row_number,
    decisions.cell
from decisions
left join receptions using (reception_number)
left join days using (reception_number)
