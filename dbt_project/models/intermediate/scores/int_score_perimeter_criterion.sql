{{ config(
    materialized='incremental',
    touched={'model': 'int_campaign_change', 'key': 'campaign_code', 'where': 'is_changed'},
    on_schema_change='fail',
) }}

-- depends_on: {{ ref('int_campaign_change') }}
with
    groups as (select * from {{ ref('int_assessed_group') }} where {{ in_changed_campaigns() }}),
    establishment_scores as (select * from {{ ref('int_keyed_establishment_criterion') }}),
    perimeter_members as (select * from {{ ref('int_perimeter_member') }}),
    criteria as (select distinct criterion_number, criterion_code from {{ ref('int_question_asked') }}),

    scored as (
        select
            perimeter_members.perimeter_code,
            groups.campaign_code,
            groups.use_case_code,
            establishment_scores.criterion_number,
            {% for value in ['score', 'low', 'high', 'completeness'] -%}
            {{ mean_millionths(value ~ '_millionths') }} as {{ value }}_millionths{{ ',' if not loop.last }}
            {% endfor %}
        from establishment_scores
        inner join groups using (group_key)
        inner join perimeter_members using (organisation_code)
        group by
            perimeter_members.perimeter_code,
            groups.campaign_code,
            groups.use_case_code,
            establishment_scores.criterion_number
    )

select
    scored.perimeter_code,
    scored.campaign_code,
    scored.use_case_code,
    criteria.criterion_code,
    {{ from_millionths('score_millionths') }} as score,
    {{ from_millionths('low_millionths') }} as low_score,
    {{ from_millionths('high_millionths') }} as high_score,
    {{ from_millionths('completeness_millionths') }} as completeness_share
from scored
inner join criteria using (criterion_number)
