with
    submissions as (select * from {{ ref('int_submission_counted') }}),
    solutions as (select * from {{ ref('stg_lake__solutions') }}),
    ways as (select way_code, way_label from {{ ref('stg_referential__ways') }}),
    kinds as (select kind_code, kind_label from {{ ref('stg_referential__kinds') }}),

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
    ways.way_label,
    kinds.kind_label
from latest
left join ways using (way_code)
left join kinds using (kind_code)
