{{ config(materialized='replaced_view') }}

-- The large numbers of an entrance, for the newest campaign of each perimeter, beside what each was a campaign before.
-- Of the GCS, projects and answers are those of all establishments: who shares the map is not only who is a member.
with
    portfolios as (select * from {{ ref('int_portfolio') }}),
    perimeters as (select * from {{ ref('dim_perimeter') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    members as (select * from {{ ref('int_perimeter_member') }}),

    newest as (
        select
            portfolios.portfolio_key,
            portfolios.previous_portfolio_key,
            portfolios.campaign_code,
            portfolios.previous_campaign_code,
            perimeters.perimeter_code,
            perimeters.perimeter_kind = 'etablissement' as is_of_one,
            case when perimeters.perimeter_kind = 'gcs' then 'tous' else perimeters.perimeter_code end as whole_code,
            campaigns.campaign_title as campaign_label,
            previous.campaign_title as previous_campaign_label,
            previous.reference_on as previous_on,
            row_number() over (order by portfolios.campaign_rank desc, perimeters.perimeter_rank) = 1 as is_newest,
            portfolios.is_demonstration
        from portfolios
        inner join perimeters using (perimeter_code)
        inner join campaigns using (campaign_code)
        left join campaigns as previous on portfolios.previous_campaign_code = previous.campaign_code
        qualify row_number() over (partition by portfolios.perimeter_code order by portfolios.campaign_rank desc) = 1
    ),

    scores as (
        select
            newest.perimeter_code,
            scores.portfolio_key = newest.portfolio_key as is_now,
            count(*) filter (where scores.establishment_count > 0) as assessed_count,
            count(*) filter (where scores.quadrant_code = 'victoire_rapide') as win_count,
            count(*) filter (where scores.quadrant_code <> 'non_evalue' and scores.is_certain) as certain_count,
            count(*) filter (where scores.quadrant_code <> 'non_evalue') as placed_count
        from {{ ref('int_quadrant') }} as scores
        inner join newest on scores.portfolio_key in (newest.portfolio_key, newest.previous_portfolio_key)
        where scores.profile_code = '{{ var("default_profile_code") }}'
        group by newest.perimeter_code, is_now
    ),

    answered as (
        select
            newest.perimeter_code,
            participation.campaign_code = newest.campaign_code as is_now,
            count(*) filter (where participation.has_answered) as answered_count,
            count(*) filter (where participation.is_expected) as expected_count
        from {{ ref('mart_participation') }} as participation
        inner join newest on participation.campaign_code in (newest.campaign_code, newest.previous_campaign_code)
        where not newest.is_of_one
        group by newest.perimeter_code, is_now
    ),

    given as (
        select
            newest.perimeter_code,
            assessments.campaign_code = newest.campaign_code as is_now,
            cast(sum(assessments.answered_count) as bigint) as answered_count,
            cast(sum(assessments.asked_count) as bigint) as asked_count
        from {{ ref('fct_assessment') }} as assessments
        inner join newest
            on assessments.campaign_code in (newest.campaign_code, newest.previous_campaign_code)
            and assessments.organisation_code = newest.perimeter_code
        where newest.is_of_one
        group by newest.perimeter_code, is_now
    ),

    deployed as (
        select
            newest.perimeter_code,
            count(*) filter (where projects.is_deployed) as deployed_count,
            count(*) filter (where projects.is_deployed and projects.deployed_on > newest.previous_on) as newly_count
        from newest
        inner join members on newest.whole_code = members.perimeter_code
        left join {{ ref('mart_project') }} as projects using (organisation_code)
        group by newest.perimeter_code
    ),

    counted as (
        select
            perimeter_code,
            1 as figure_rank,
            'Cas d''usage évalués' as figure_label,
            max(assessed_count) filter (where is_now) as value_count,
            null as whole_count,
            max(assessed_count) filter (where not is_now) as previous_count
        from scores
        group by perimeter_code
        union all
        select
            perimeter_code, 2, 'Victoires rapides', max(win_count) filter (where is_now),
            max(placed_count) filter (where is_now), max(win_count) filter (where not is_now)
        from scores
        group by perimeter_code
        union all
        select
            perimeter_code, 3, 'Quadrants certains', max(certain_count) filter (where is_now),
            max(placed_count) filter (where is_now), max(certain_count) filter (where not is_now)
        from scores
        group by perimeter_code
        union all
        select perimeter_code, 4, 'Projets déployés', deployed_count, null, deployed_count - newly_count from deployed
        union all
        select
            perimeter_code, 5, 'Établissements qui ont répondu', max(answered_count) filter (where is_now),
            nullif(max(expected_count) filter (where is_now), 0), max(answered_count) filter (where not is_now)
        from answered
        group by perimeter_code
        union all
        select
            perimeter_code, 5, 'Réponses données', max(answered_count) filter (where is_now),
            max(asked_count) filter (where is_now), max(answered_count) filter (where not is_now)
        from given
        group by perimeter_code
    )

select
    newest.perimeter_code,
    newest.is_newest,
    cast(counted.figure_rank as integer) as figure_rank,
    counted.figure_label,
    counted.value_count,
    counted.whole_count,
    counted.previous_count,
    {{ in_french('counted.value_count') }}
    || case when counted.whole_count is null then '' else ' / ' || {{ in_french('counted.whole_count') }} end
        as value_text,
    case
        when newest.previous_campaign_label is null then 'Première campagne'
        when counted.previous_count is null then 'Rien de comparable à la campagne précédente'
        when counted.value_count = counted.previous_count
            then 'Comme à la campagne ' || {{ quoted('newest.previous_campaign_label') }}
        when counted.value_count > counted.previous_count
            then '+' || {{ in_french('counted.value_count - counted.previous_count') }} || ' depuis la campagne '
                || {{ quoted('newest.previous_campaign_label') }}
        else '−' || {{ in_french('counted.previous_count - counted.value_count') }} || ' depuis la campagne '
            || {{ quoted('newest.previous_campaign_label') }}
    end as change_text,
    newest.is_demonstration
from counted
inner join newest using (perimeter_code)
