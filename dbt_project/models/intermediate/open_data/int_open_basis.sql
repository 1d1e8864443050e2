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

    scopes as (
        select
            criterion_scores.group_key,
            'criterion' as scope_kind,
            criteria.criterion_code as scope_code,
            criterion_scores.assessor_count
        from criterion_scores
        inner join criteria using (criterion_number)
        union all
        select group_key, 'side', side_code, assessor_count from side_scores
    ),

    of_organisations as (
        select
            groups.campaign_code,
            groups.use_case_code,
            groups.organisation_code,
            scopes.scope_kind,
            scopes.scope_code,
            scopes.assessor_count
        from scopes
        inner join groups using (group_key)
    ),

    of_perimeters as (
        select
            of_organisations.campaign_code,
            perimeter_members.perimeter_code,
            of_organisations.use_case_code,
            of_organisations.scope_kind,
            of_organisations.scope_code,
            cast(sum(of_organisations.assessor_count) as bigint) as assessor_count,
            count(*) as establishment_count
        from of_organisations
        inner join perimeter_members using (organisation_code)
        where perimeter_members.perimeter_code in ('gcs', 'tous')
        group by all
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
