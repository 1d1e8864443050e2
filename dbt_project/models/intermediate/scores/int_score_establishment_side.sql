{{ config(materialized='replaced_view') }}

with
    groups as (select * from {{ ref('int_assessed_group') }}),
    scores as not materialized (select * from {{ ref('int_keyed_establishment_side') }}),
    profiles as (select distinct profile_number, profile_code from {{ ref('int_criterion_weight') }})

{% for side in ['impact', 'effort'] -%}
select
    groups.organisation_code,
    groups.campaign_code,
    groups.use_case_code,
    profiles.profile_code,
    '{{ side }}' as side_code,
    {{ from_millionths(side ~ '_score_millionths') }} as score,
    {{ from_millionths(side ~ '_low_millionths') }} as low_score,
    {{ from_millionths(side ~ '_high_millionths') }} as high_score,
    {{ from_millionths(side ~ '_completeness_millionths') }} as completeness_share,
    assessor_count
from scores
inner join groups using (group_key)
inner join profiles using (profile_number)
{{ 'union all' if not loop.last }}
{% endfor %}
