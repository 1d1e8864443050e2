{{ config(
    materialized='incremental',
    touched={'model': 'int_touched_place', 'key': 'place_key'},
    on_schema_change='fail',
) }}

-- Who stands behind a published figure. The scope is a side, or a criterion: a figure says something of each of them.
-- depends_on: {{ ref('int_touched_place') }}
with
    groups as (select * from {{ ref('int_assessed_group') }} where {{ of_touched_use_cases() }}),
    criterion_scores as (
        select * from {{ ref('int_keyed_establishment_criterion') }} where assessor_count > 0
    ),
    side_scores as (select * from {{ ref('int_open_side') }}),
    criteria as (select distinct criterion_number, criterion_code from {{ ref('int_question_asked') }}),
    perimeter_members as (select * from {{ ref('int_perimeter_member') }}),

    member_places as (
        select groups.group_key, groups.campaign_code, perimeter_members.perimeter_code, groups.use_case_code,
            {{ place_key('groups.campaign_code', 'perimeter_members.perimeter_code', 'groups.use_case_code') }}
                as place_key
        from groups
        inner join perimeter_members using (organisation_code)
        where perimeter_members.perimeter_code in ('gcs', 'tous')
    ),

    places as (
        select distinct place_key, campaign_code, perimeter_code, use_case_code from member_places
    ),

    counted as (
        {% for scope in ['criterion_number', 'side_code'] -%}
        select
            member_places.place_key,
            scores.{{ scope }},
            cast(sum(scores.assessor_count) as bigint) as assessor_count,
            count(*) as establishment_count
        from {{ 'criterion_scores' if scope == 'criterion_number' else 'side_scores' }} as scores
        inner join member_places using (group_key)
        group by member_places.place_key, scores.{{ scope }}
        {{ 'union all by name' if not loop.last }}
        {% endfor %}
    ),

    of_perimeters as (
        select
            places.campaign_code,
            places.perimeter_code,
            places.use_case_code,
            case when counted.side_code is null then 'criterion' else 'side' end as scope_kind,
            coalesce(counted.side_code, criteria.criterion_code) as scope_code,
            counted.assessor_count,
            counted.establishment_count
        from counted
        inner join places using (place_key)
        left join criteria using (criterion_number)
    )

-- « tous » holds « gcs »: two published means would say that of the organisations in between
select
    {{ place_key('inner_perimeter.campaign_code', 'inner_perimeter.perimeter_code', 'inner_perimeter.use_case_code') }}
        as place_key,
    inner_perimeter.*,
    coalesce(whole.assessor_count - inner_perimeter.assessor_count, 0) as rest_assessor_count,
    coalesce(whole.establishment_count - inner_perimeter.establishment_count, 0) as rest_establishment_count
from of_perimeters as inner_perimeter
left join of_perimeters as whole
    on inner_perimeter.perimeter_code = 'gcs'
    and whole.perimeter_code = 'tous'
    and inner_perimeter.campaign_code = whole.campaign_code
    and inner_perimeter.use_case_code = whole.use_case_code
    and inner_perimeter.scope_code = whole.scope_code
