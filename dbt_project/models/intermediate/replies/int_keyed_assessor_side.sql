{%- set criteria = criterion_numbers() %}

-- depends_on: {{ ref('int_question_asked') }}
with
    campaigns as (select campaign_code, campaign_rank from {{ ref('dim_campaign') }}),
    weights as (select * from {{ ref('int_criterion_weight') }}),
    criterion_scores as (
        select * from {{ ref('int_keyed_assessor_criterion') }} where {{ in_touched('reply') }}
    ),

    assessments as (
        select reply_key, assessment_key, campaign_rank
        from {{ ref('int_assessment') }}
        inner join campaigns using (campaign_code)
        where {{ in_touched('reply') }}
    ),

    -- one row an assessment, columns for each criterion; what is not there counts for nothing
    scored as (
        select
            assessment_key
            {%- for criterion in criteria.impact + criteria.effort %},
            count(score_millionths) filter (where criterion_number = {{ criterion }}) as has_{{ criterion }}
            {%- for value in ['score', 'low', 'high', 'completeness'] %},
            cast(coalesce(
                max({{ value }}_millionths) filter (where criterion_number = {{ criterion }}), 0
            ) as bigint) as {{ value }}_{{ criterion }}
            {%- endfor %}{% endfor %}
        from criterion_scores
        group by assessment_key
    ),

    profiles as (
        select
            campaign_rank,
            profile_number
            {%- for side in ['impact', 'effort'] %},
            cast(coalesce(sum(weight_thousandths) filter (where side_code = '{{ side }}'), 0) as bigint)
                as {{ side }}_weight
            {%- for criterion in criteria[side] %},
            cast(coalesce(sum(weight_thousandths) filter (where criterion_number = {{ criterion }}), 0) as bigint)
                as weight_{{ criterion }}
            {%- endfor %}{% endfor %}
        from weights
        group by campaign_rank, profile_number
    )

select
    assessments.reply_key,
    assessments.assessment_key,
    profiles.profile_number,
    {% for side in ['impact', 'effort'] -%}
    {{ stored_millionths(divide_half_up(
        sum_of(criteria[side], 'score_# * weight_#'), sum_of(criteria[side], 'has_# * weight_#')
    )) }} as {{ side }}_score_millionths,
    {% for value in ['low', 'high', 'completeness'] -%}
    {{ stored_millionths(divide_half_up(
        sum_of(criteria[side], value ~ '_# * weight_#'), 'profiles.' ~ side ~ '_weight'
    )) }} as {{ side }}_{{ value }}_millionths{{ ',' if not loop.last }}
    {% endfor %}{{ ',' if not loop.last }}
    {% endfor %}
from assessments
inner join profiles using (campaign_rank)
left join scored using (assessment_key)
