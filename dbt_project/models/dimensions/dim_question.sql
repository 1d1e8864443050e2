with
    subcriteria as (select * from {{ ref('stg_referential__subcriteria') }}),
    attention_points as (select * from {{ ref('stg_referential__attention_points') }})

select
    subcriterion_code as question_code,
    subcriterion_label as question_label,
    'subcriterion' as question_kind,
    criterion_code,
    scale_code,
    polarity,
    origin_code,
    subcriterion_rank as question_rank,
    valid_from,
    valid_to
from subcriteria
union all by name
select
    attention_point_code as question_code,
    attention_point_label as question_label,
    'attention_point' as question_kind,
    scale_code,
    origin_code,
    attention_point_rank as question_rank,
    valid_from,
    valid_to
from attention_points
