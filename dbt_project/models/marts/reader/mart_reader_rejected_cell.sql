{{ config(materialized='replaced_view') }}

with
    rejected_cells as (select * from {{ ref('fct_rejected_cell') }} where is_current),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    establishments as (select * from {{ ref('dim_establishment') }})

select
    rejected_cells.organisation_code as reader_organisation_code,
    establishments.organisation_title as reader_organisation_label,
    rejected_cells.campaign_code,
    campaigns.campaign_title as campaign_label,
    campaigns.campaign_rank,
    rejected_cells.reception_number,
    rejected_cells.file_name,
    rejected_cells.sheet,
    rejected_cells.row_number,
    rejected_cells.column_label,
    rejected_cells.cell,
    rejected_cells.rule_code,
    rejected_cells.rule_sentence,
    rejected_cells.is_demonstration
from rejected_cells
inner join establishments using (organisation_code)
inner join campaigns using (campaign_code)
