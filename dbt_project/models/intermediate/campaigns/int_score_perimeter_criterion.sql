with
    groups as (select * from {{ ref('int_assessed_group') }} where {{ in_touched('campaign') }}),
    -- read twice rather than kept: each reading then takes the groups that it joins, and no other campaign's
    establishment_scores as not materialized (select * from {{ ref('int_keyed_establishment_criterion') }}),
    perimeter_members as (select * from {{ ref('int_perimeter_member') }}),
    shared_perimeters as (select * from {{ ref('dim_perimeter') }} where perimeter_kind <> 'etablissement'),
    criteria as (select distinct criterion_number, criterion_code from {{ ref('int_question_asked') }}),

    member_places as (
        select
            groups.group_key,
            groups.campaign_code,
            perimeter_members.perimeter_code,
            groups.use_case_code,
            {{ place_key('groups.campaign_code', 'perimeter_members.perimeter_code', 'groups.use_case_code') }}
                as place_key,
            shared_perimeters.perimeter_code is not null as is_shared
        from groups
        inner join perimeter_members using (organisation_code)
        left join shared_perimeters using (perimeter_code)
    ),

    -- the mean of an establishment is its own
    own as (
        select member_places.place_key, establishment_scores.* exclude (reply_key, group_key, assessor_count)
        from establishment_scores
        inner join member_places using (group_key)
        where not member_places.is_shared
    ),

    shared as (
        select
            member_places.place_key,
            establishment_scores.criterion_number,
            {% for value in ['score', 'low', 'high', 'completeness'] -%}
            {{ mean_millionths(value ~ '_millionths') }} as {{ value }}_millionths{{ ',' if not loop.last }}
            {% endfor %}
        from establishment_scores
        inner join member_places using (group_key)
        where member_places.is_shared
        group by member_places.place_key, establishment_scores.criterion_number
    ),

    scored as (
        select * from own
        union all by name
        select * from shared
    ),

    places as (
        select distinct place_key, campaign_code, perimeter_code, use_case_code from member_places
    )

select
    {{ portfolio_key('places.campaign_code', 'places.perimeter_code') }} as portfolio_key,
    scored.place_key,
    places.perimeter_code,
    places.campaign_code,
    places.use_case_code,
    criteria.criterion_code,
    {{ from_millionths('scored.score_millionths') }} as score,
    {{ from_millionths('scored.low_millionths') }} as low_score,
    {{ from_millionths('scored.high_millionths') }} as high_score,
    {{ from_millionths('scored.completeness_millionths') }} as completeness_share
from scored
inner join places using (place_key)
inner join criteria using (criterion_number)
-- in the order of campaigns: a pass steps over the blocks of the others
order by scored.place_key
