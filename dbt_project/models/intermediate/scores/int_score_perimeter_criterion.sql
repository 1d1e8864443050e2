{{ config(
    materialized='incremental',
    touched={'model': 'int_touched_place', 'key': 'place_key'},
    on_schema_change='fail',
) }}

-- depends_on: {{ ref('int_touched_group') }}, {{ ref('int_touched_place') }}
with
    groups as (select * from {{ ref('int_assessed_group') }} where {{ of_touched_use_cases() }}),
    establishment_scores as (select * from {{ ref('int_keyed_establishment_criterion') }}),
    perimeter_members as (select * from {{ ref('int_perimeter_member') }}),
    shared_perimeters as (select * from {{ ref('dim_perimeter') }} where perimeter_kind <> 'etablissement'),
    criteria as (select distinct criterion_number, criterion_code from {{ ref('int_question_asked') }}),

    -- the mean of an establishment is its own
    own as (
        select
            groups.organisation_code as perimeter_code,
            groups.campaign_code,
            groups.use_case_code,
            establishment_scores.criterion_number,
            {% for value in ['score', 'low', 'high', 'completeness'] -%}
            establishment_scores.{{ value }}_millionths{{ ',' if not loop.last }}
            {% endfor %}
        from establishment_scores
        inner join groups using (group_key)
        semi join perimeter_members on groups.organisation_code = perimeter_members.perimeter_code
        where {{ of_touched_groups('groups.group_key') }}
    ),

    shared as (
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
        semi join shared_perimeters on perimeter_members.perimeter_code = shared_perimeters.perimeter_code
        group by
            perimeter_members.perimeter_code,
            groups.campaign_code,
            groups.use_case_code,
            establishment_scores.criterion_number
    ),

    scored as (
        select * from own
        union all by name
        select * from shared
    ),

    placed as (
        select
            {{ portfolio_key('campaign_code', 'perimeter_code') }} as portfolio_key,
            {{ place_key('campaign_code', 'perimeter_code', 'use_case_code') }} as place_key,
            *
        from scored
    )

select
    placed.portfolio_key,
    placed.place_key,
    placed.perimeter_code,
    placed.campaign_code,
    placed.use_case_code,
    criteria.criterion_code,
    {{ from_millionths('score_millionths') }} as score,
    {{ from_millionths('low_millionths') }} as low_score,
    {{ from_millionths('high_millionths') }} as high_score,
    {{ from_millionths('completeness_millionths') }} as completeness_share
from placed
inner join criteria using (criterion_number)
