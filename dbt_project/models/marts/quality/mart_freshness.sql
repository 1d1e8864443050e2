with
    campaigns as (select * from {{ ref('dim_campaign') }}),
    participation as (select * from {{ ref('mart_participation') }}),
    as_of as (select max(received_on) as as_of_on from {{ ref('int_reception_day') }}),

    counted as (
        select
            campaign_code,
            count(*) filter (where is_expected) as expected_count,
            count(*) filter (where is_expected and has_answered) as expected_answered_count,
            count(*) filter (where has_answered) as answered_count,
            cast(sum(assessment_count) as bigint) as assessment_count,
            max(last_received_on) as last_received_on
        from participation
        group by campaign_code
    )

select
    campaigns.campaign_code,
    campaigns.campaign_title as campaign_label,
    campaigns.campaign_rank,
    campaigns.opens_on,
    campaigns.deadline_on,
    coalesce(counted.expected_count, 0) as expected_count,
    coalesce(counted.answered_count, 0) as answered_count,
    {{ share('coalesce(counted.expected_answered_count, 0)', 'coalesce(counted.expected_count, 0)') }}
        as participation_share,
    coalesce(counted.assessment_count, 0) as assessment_count,
    counted.last_received_on,
    as_of.as_of_on - counted.last_received_on as days_since_count,
    as_of.as_of_on,
    case
        when coalesce(counted.answered_count, 0) = 0 then 'Aucun envoi reçu'
        when counted.assessment_count = 0 then 'Aucune évaluation reçue'
        when counted.expected_count = 0 then 'Des réponses, sans attendu'
        when counted.expected_answered_count < counted.expected_count then 'Réponses incomplètes'
        else 'Tous les attendus ont répondu'
    end as freshness_label,
    campaigns.is_demonstration
from campaigns
cross join as_of
left join counted using (campaign_code)
where not campaigns.is_demonstration or counted.campaign_code is not null
