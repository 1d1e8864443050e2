with
    assessments as (select * from {{ ref('int_assessment') }} where {{ in_touched('reply') }}),
    answers as (select * from {{ ref('int_keyed_answer') }} where {{ in_touched('reply') }}),
    questions as (select * from {{ ref('dim_question') }} where question_kind = 'attention_point'),
    levels as (
        select *, level_rank = max(level_rank) over (partition by scale_code) as is_highest
        from {{ ref('stg_referential__scale_levels') }}
    ),

    points as (
        select
            kinds.kind_key,
            kinds.question_code,
            kinds.level_code,
            levels.level_rank,
            levels.is_highest
        from {{ ref('int_answer_kind') }} as kinds
        inner join questions using (question_code)
        inner join levels on questions.scale_code = levels.scale_code and kinds.level_code = levels.level_code
    )

select
    assessments.reply_key,
    assessments.group_key,
    assessments.organisation_code,
    assessments.campaign_code,
    assessments.use_case_code,
    points.question_code,
    points.level_code,
    points.level_rank,
    points.is_highest,
    count(*) as answer_count,
    bool_or(assessments.is_demonstration) as is_demonstration
from answers
inner join points using (kind_key)
inner join assessments using (assessment_key)
group by
    assessments.reply_key,
    assessments.group_key,
    assessments.organisation_code,
    assessments.campaign_code,
    assessments.use_case_code,
    points.question_code,
    points.level_code,
    points.level_rank,
    points.is_highest
