with
    answers as (
        select *
        from {{ ref('int_keyed_answer') }}
        where {{ in_touched('reply') }}
    ),

    sums as (
        select
            any_value(reply_key) as reply_key,
            assessment_key,
            criterion_number,
            coalesce({{ whole_sum('value_millionths') }}, 0) as value_sum,
            count(value_millionths) as answered_count,
            count(*) as asked_count
        from answers
        where criterion_number is not null
        group by assessment_key, criterion_number
    )

select
    reply_key,
    assessment_key,
    criterion_number,
    {{ stored_millionths(divide_half_up('value_sum', 'answered_count')) }} as score_millionths,
    {{ stored_millionths(divide_half_up('value_sum', 'asked_count')) }} as low_millionths,
    {{ stored_millionths(divide_half_up('value_sum + 100000000 * (asked_count - answered_count)', 'asked_count')) }}
        as high_millionths,
    {{ stored_millionths(divide_half_up('1000000 * answered_count', 'asked_count')) }} as completeness_millionths,
    cast(answered_count as smallint) as answered_count,
    cast(asked_count as smallint) as asked_count
from sums
