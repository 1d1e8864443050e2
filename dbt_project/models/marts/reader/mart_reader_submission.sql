{{ config(materialized='replaced_view') }}

with
    submissions as (select * from {{ ref('fct_submission') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    establishments as (select * from {{ ref('dim_establishment') }})

select
    submissions.organisation_code as reader_organisation_code,
    establishments.organisation_title as reader_organisation_label,
    submissions.reception_number,
    submissions.campaign_code,
    campaigns.campaign_title as campaign_label,
    campaigns.campaign_rank,
    submissions.dossier_code,
    submissions.received_on,
    submissions.file_name,
    submissions.is_withdrawal,
    submissions.read_count,
    submissions.taken_count,
    submissions.rejected_count,
    submissions.is_current,
    case
        when submissions.is_withdrawal then 'Retrait'
        when submissions.is_current then 'En vigueur'
        else 'Remplacé'
    end as state_label,
    submissions.is_demonstration
from submissions
inner join establishments using (organisation_code)
left join campaigns using (campaign_code)
