with
    involvements as (
        select * from {{ ref('int_use_case_involvement') }} where {{ in_touched('campaign') }}
    ),
    groups as (select * from {{ ref('int_assessed_group') }} where {{ in_touched('campaign') }}),
    -- read twice rather than kept: each reading then takes the groups that it joins, and no other campaign's
    establishment_scores as not materialized (select * from {{ ref('int_keyed_establishment_side') }}),
    perimeter_members as (select * from {{ ref('int_perimeter_member') }}),
    shared_perimeters as (select * from {{ ref('dim_perimeter') }} where perimeter_kind <> 'etablissement'),
    profiles as (
        select distinct campaign_code, profile_code, profile_number from {{ ref('int_criterion_weight') }}
    ),

    places as (
        select distinct
            involvements.campaign_code,
            perimeter_members.perimeter_code,
            involvements.use_case_code,
            {{ portfolio_key('involvements.campaign_code', 'perimeter_members.perimeter_code') }} as portfolio_key,
            {{ place_key(
                'involvements.campaign_code', 'perimeter_members.perimeter_code', 'involvements.use_case_code'
            ) }} as place_key
        from involvements
        inner join perimeter_members using (organisation_code)
    ),

    member_places as (
        select
            groups.group_key,
            {{ place_key('groups.campaign_code', 'perimeter_members.perimeter_code', 'groups.use_case_code') }}
                as place_key,
            shared_perimeters.perimeter_code is not null as is_shared
        from groups
        inner join perimeter_members using (organisation_code)
        left join shared_perimeters using (perimeter_code)
    ),

    -- the members of an establishment are its assessors, whose means its own scores are already
    own as (
        select
            member_places.place_key,
            1 as establishment_count,
            establishment_scores.* exclude (reply_key, group_key)
        from establishment_scores
        inner join member_places using (group_key)
        where not member_places.is_shared
    ),

    -- those of a wider perimeter are its establishments, each counting once
    shared as (
        select
            member_places.place_key,
            establishment_scores.profile_number,
            {% for side in ['impact', 'effort'] -%}
            {%- for value in ['score', 'low', 'high', 'completeness'] -%}
            {{ mean_millionths(side ~ '_' ~ value ~ '_millionths') }} as {{ side }}_{{ value }}_millionths,
            {% endfor -%}
            min({{ side }}_score_millionths) as {{ side }}_min_millionths,
            max({{ side }}_score_millionths) as {{ side }}_max_millionths,
            {{ deviation_millionths(side ~ '_score_millionths') }} as {{ side }}_stddev_millionths,
            count({{ side }}_score_millionths) as {{ side }}_count,
            {% endfor -%}
            count(*) as establishment_count,
            {{ whole_sum('assessor_count') }} as assessor_count
        from establishment_scores
        inner join member_places using (group_key)
        where member_places.is_shared
        group by member_places.place_key, establishment_scores.profile_number
    ),

    scored as (
        select * from own
        union all by name
        select * from shared
    )

select
    places.portfolio_key,
    places.place_key,
    places.campaign_code,
    profiles.profile_code,
    places.perimeter_code,
    places.use_case_code,
    {% for side in ['impact', 'effort'] -%}
    {{ from_millionths('scored.' ~ side ~ '_score_millionths') }} as {{ side }}_score,
    {{ from_millionths('scored.' ~ side ~ '_low_millionths') }} as {{ side }}_low_score,
    {{ from_millionths('scored.' ~ side ~ '_high_millionths') }} as {{ side }}_high_score,
    {{ from_millionths('scored.' ~ side ~ '_completeness_millionths') }} as {{ side }}_completeness_share,
    {{ from_millionths('scored.' ~ side ~ '_min_millionths') }} as {{ side }}_min_score,
    {{ from_millionths('scored.' ~ side ~ '_max_millionths') }} as {{ side }}_max_score,
    {{ from_millionths('scored.' ~ side ~ '_stddev_millionths') }} as {{ side }}_stddev_score,
    coalesce(scored.{{ side }}_count, 0) as {{ side }}_count,
    {% endfor -%}
    {{ from_millionths('(scored.impact_score_millionths + 100000000 - scored.effort_score_millionths + 1) // 2') }}
        as priority_score,
    coalesce(scored.establishment_count, 0) as establishment_count,
    coalesce(scored.assessor_count, 0) as assessor_count
from places
inner join profiles using (campaign_code)
left join scored using (place_key, profile_number)
-- in the order of campaigns: a pass steps over the blocks of the others
order by places.place_key
