{{ config(materialized='replaced_view') }}

with
    submissions as (select * from {{ ref('fct_submission') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    establishments as (select * from {{ ref('dim_establishment') }})

select
    submissions.reception_number,
    submissions.organisation_code,
    establishments.organisation_title as organisation_label,
    submissions.campaign_code,
    coalesce(campaigns.campaign_title, submissions.campaign_code) as campaign_label,
    coalesce(campaigns.campaign_rank, 0) as campaign_rank,
    submissions.dossier_code,
    submissions.received_on,
    submissions.file_name,
    case
        when submissions.is_withdrawal then 'Retrait'
        when submissions.is_current then 'En vigueur'
        else 'Remplacé'
    end as state_label,
    submissions.is_current,
    submissions.read_count,
    submissions.taken_count,
    submissions.rejected_count,
    submissions.ignored_count,
    submissions.is_demonstration
from submissions
inner join establishments using (organisation_code)
left join campaigns using (campaign_code)
