with
    prerequisites as (select * from {{ ref('fct_solution_prerequisite') }}),
    solutions as (select * from {{ ref('dim_solution') }}),
    submissions as (select * from {{ ref('fct_submission') }}),
    use_cases as (select * from {{ ref('dim_use_case') }}),
    establishments as (select * from {{ ref('dim_establishment') }}),

    -- a solution serves a use case by the projects that deploy it
    served as (
        select distinct solution_id, use_case_code from {{ ref('dim_project') }} where solution_id is not null
    )

select
    served.use_case_code,
    use_cases.use_case_title,
    prerequisites.solution_id,
    solutions.solution_label,
    solutions.supplier,
    prerequisites.organisation_code,
    establishments.organisation_title as organisation_label,
    prerequisites.prerequisite_code,
    prerequisites.prerequisite_label,
    prerequisites.prerequisite_text,
    submissions.file_name,
    prerequisites.sheet,
    prerequisites.row_number,
    prerequisites.is_demonstration
from served
inner join prerequisites using (solution_id)
inner join solutions using (solution_id)
inner join submissions on prerequisites.reception_number = submissions.reception_number
inner join use_cases on served.use_case_code = use_cases.use_case_code
inner join establishments on prerequisites.organisation_code = establishments.organisation_code
