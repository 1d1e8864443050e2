with
    answers as (select * from {{ ref('int_answer') }})

select
    assessment_id,
    criterion_code,
    {{ mean_score('value_score') }} as score,
    {{ mean_score('coalesce(value_score, 0)') }} as low_score,
    {{ mean_score('coalesce(value_score, 100)') }} as high_score,
    {{ share('count(value_score)', 'count(*)') }} as completeness_share
from answers
group by assessment_id, criterion_code
