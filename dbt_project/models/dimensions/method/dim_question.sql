with
    subcriteria as (select * from {{ source('referential', 'subcriteria') }}),
    attention_points as (select * from {{ source('referential', 'attention_points') }}),

    questions as (
        select 'subcriterion' as question_kind, * from subcriteria
        union all by name
        select 'attention_point' as question_kind, * from attention_points
    )

select
    code as question_code,
    label as question_label,
    question_kind,
    criterion_code,
    scale_code,
    polarity,
    origin as origin_code,
    rank as question_rank,
    valid_from,
    valid_to
from questions
