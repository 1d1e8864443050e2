with
    answers as (select * from {{ ref('stg_lake__answers') }}),
    questions as (select * from {{ ref('int_question_asked') }}),
    question_values as (select * from {{ ref('int_question_value') }}),
    campaigns as (select campaign_code, campaign_rank from {{ ref('dim_campaign') }}),

    assessments as (
        select reply_key, assessment_key, reception_number, sheet, row_number, campaign_rank
        from {{ ref('int_assessment') }}
        left join campaigns using (campaign_code)
        where {{ in_touched('reply') }}
    ),

    said as (
        select
            assessments.reply_key,
            assessments.assessment_key,
            assessments.campaign_rank,
            answers.question_code,
            answers.level_code,
            {{ kind_key(
                'answers.question_code', 'answers.level_code', 'answers.answer_text',
                cell_start('answers.cell', 'answers.row_number'), is_cell_on_row('answers.cell', 'answers.row_number')
            ) }} as kind_key
        from answers
        inner join assessments using (reception_number, sheet, row_number)
    ),

    valued as (
        select
            said.reply_key,
            said.assessment_key,
            said.kind_key,
            questions.criterion_number,
            question_values.value_millionths
        from said
        left join questions
            on said.campaign_rank = questions.campaign_rank and said.question_code = questions.subcriterion_code
        left join question_values
            on said.campaign_rank = question_values.campaign_rank
            and said.question_code = question_values.question_code
            and said.level_code = question_values.level_code
    ),

    -- questions that the campaign asks and the file does not have, a rare thing looked for by counting
    asked as (select campaign_rank, count(*) as question_count from questions group by campaign_rank),
    found as (select assessment_key, count(criterion_number) as question_count from valued group by assessment_key),

    lacking as (
        select assessments.reply_key, assessments.assessment_key, campaign_rank
        from assessments
        inner join asked using (campaign_rank)
        left join found using (assessment_key)
        where coalesce(found.question_count, 0) < asked.question_count
    ),

    unasked as (
        select
            lacking.reply_key,
            lacking.assessment_key,
            {{ kind_key('questions.subcriterion_code', 'cast(null as varchar)', 'cast(null as varchar)',
                'cast(null as varchar)', 'false') }} as kind_key,
            questions.criterion_number,
            cast(null as integer) as value_millionths
        from lacking
        inner join questions using (campaign_rank)
        anti join said
            on lacking.assessment_key = said.assessment_key and questions.subcriterion_code = said.question_code
    )

select * from valued
union all
select * from unasked
