{{ config(materialized='replaced_view') }}

with
    assessments as (select * from {{ ref('int_assessment') }}),
    scores as not materialized (select * from {{ ref('int_keyed_assessor_side') }}),
    profiles as (select distinct profile_number, profile_code from {{ ref('int_criterion_weight') }})

{% for side in ['impact', 'effort'] -%}
select
    assessments.assessment_id,
    assessments.organisation_code,
    assessments.campaign_code,
    assessments.use_case_code,
    profiles.profile_code,
    '{{ side }}' as side_code,
    {{ from_millionths(side ~ '_score_millionths') }} as score,
    {{ from_millionths(side ~ '_low_millionths') }} as low_score,
    {{ from_millionths(side ~ '_high_millionths') }} as high_score,
    {{ from_millionths(side ~ '_completeness_millionths') }} as completeness_share
from scores
inner join assessments using (assessment_key)
inner join profiles using (profile_number)
{{ 'union all' if not loop.last }}
{% endfor %}
