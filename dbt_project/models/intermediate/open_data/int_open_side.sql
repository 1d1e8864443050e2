{{ config(
    materialized='incremental',
    touched={'model': 'int_touched_group', 'key': 'group_key'},
    on_schema_change='fail',
) }}

-- depends_on: {{ ref('int_touched_group') }}
with
    assessments as (select assessment_key, group_key from {{ touched_assessments() }}),
    criterion_scores as (
        select * from {{ ref('int_keyed_assessor_criterion') }} where score_millionths is not null
    ),
    criteria as (select distinct criterion_number, side_code from {{ ref('int_question_asked') }}),

    scored as (
        select distinct assessments.group_key, assessments.assessment_key, criteria.side_code
        from criterion_scores
        inner join assessments using (assessment_key)
        inner join criteria using (criterion_number)
    )

select group_key, side_code, count(*) as assessor_count from scored group by group_key, side_code
