with
    submissions as (select * from {{ ref('int_submission_counted') }}),
    solutions as (select * from {{ ref('stg_lake__solutions') }}),
    ways as (select * from {{ ref('stg_referential__choices') }} where list_code = 'ways'),
    kinds as (select * from {{ ref('stg_referential__choices') }} where list_code = 'kinds'),

    latest as (
        select
            concat_ws('|', submissions.organisation_code, solutions.solution_code) as solution_id,
            submissions.organisation_code,
            submissions.is_demonstration,
            solutions.*
        from solutions
        inner join submissions using (reception_number)
        qualify row_number() over (
            partition by submissions.organisation_code, solutions.solution_code
            order by solutions.reception_number desc, solutions.row_number desc, solutions.sheet
        ) = 1
    )

select
    latest.*,
    ways.label as way_label,
    kinds.label as kind_label
from latest
left join ways on latest.way_code = ways.code
left join kinds on latest.kind_code = kinds.code
