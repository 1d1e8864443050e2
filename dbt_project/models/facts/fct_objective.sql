with
    submissions as (select * from {{ ref('int_submission_counted') }}),
    objectives as (select * from {{ ref('stg_lake__objectives') }}),
    canonical as (select * from {{ ref('int_use_case_canonical') }})

select
    submissions.organisation_code,
    submissions.campaign_code,
    coalesce(canonical.canonical_code, objectives.use_case_code) as use_case_code,
    objectives.indicator,
    objectives.baseline,
    objectives.target,
    objectives.observed,
    objectives.observed_on,
    submissions.is_demonstration,
    objectives.reception_number,
    objectives.sheet,
    objectives.row_number
from objectives
inner join submissions using (reception_number)
left join canonical using (use_case_code)
qualify row_number() over (
    partition by
        submissions.organisation_code,
        submissions.campaign_code,
        coalesce(canonical.canonical_code, objectives.use_case_code),
        objectives.indicator
    order by objectives.reception_number desc, objectives.row_number desc, objectives.sheet
) = 1
