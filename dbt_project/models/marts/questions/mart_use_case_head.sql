{{ config(materialized='replaced_view') }}

-- The head of a sheet: the use case in the words of one glance, also where a portfolio has nothing of it.
with
    choices as (select * from {{ ref('mart_portfolio_choice') }}),
    use_cases as (
        select distinct use_case_code, use_case_title, is_demonstration from {{ ref('mart_use_case_choice') }}
    ),
    scores as (select * from {{ ref('int_quadrant') }}),
    ranks as (select * from {{ ref('int_portfolio_rank') }}),

    deployed as (
        select
            use_case_code,
            list(distinct organisation_label order by organisation_label) as organisation_labels
        from {{ ref('mart_project') }}
        where is_deployed
        group by use_case_code
    ),

    ranked as (
        select portfolio_key, profile_code, count(*) filter (where quadrant_code <> 'non_evalue') as ranked_count
        from scores
        group by portfolio_key, profile_code
    )

select
    choices.campaign_code,
    choices.campaign_label,
    choices.profile_code,
    choices.profile_label,
    choices.perimeter_code,
    choices.perimeter_label,
    use_cases.use_case_code,
    use_cases.use_case_title,
    coalesce(scores.quadrant_label, 'Non évalué') as quadrant_label,
    case
        when scores.use_case_code is null then 'Absent de cette campagne dans ce périmètre'
        when scores.priority_score is null then 'Sans score : des réponses manquent d''un côté'
        when scores.is_certain then 'Certain, quoi que disent les réponses qui manquent'
        else 'Incertain : les réponses qui manquent peuvent en décider'
    end as certainty_text,
    case
        when ranks.priority_rank is null then 'Sans rang'
        else 'Rang ' || {{ in_french('ranks.priority_rank') }} || ' sur ' || {{ in_french('ranked.ranked_count') }}
    end as rank_text,
    case
        when deployed.use_case_code is null then 'Déployé nulle part'
        else 'Déployé : ' || {{ listed('deployed.organisation_labels') }}
    end as deployed_text,
    choices.is_demonstration or use_cases.is_demonstration as is_demonstration
from choices
cross join use_cases
left join scores using (campaign_code, profile_code, perimeter_code, use_case_code)
left join ranks on scores.place_key = ranks.place_key and {{ same_code('scores', 'ranks', 'profile_code') }}
left join ranked on scores.portfolio_key = ranked.portfolio_key and {{ same_code('scores', 'ranked', 'profile_code') }}
left join deployed using (use_case_code)
