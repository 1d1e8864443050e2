{{ config(materialized='replaced_view') }}

-- What filters offer a reader: its own portfolios and those of the GCS, whatever of these it may see.
with
    readers as (select * from {{ ref('int_reader') }}),
    portfolios as (select * from {{ ref('mart_portfolio_choice') }}),
    perimeters as (select * from {{ ref('dim_perimeter') }})

select distinct
    readers.reader_organisation_code,
    readers.reader_organisation_label,
    portfolios.campaign_code,
    portfolios.campaign_label,
    portfolios.campaign_rank,
    portfolios.profile_code,
    portfolios.profile_label,
    portfolios.profile_rank,
    portfolios.is_demonstration
from readers
cross join portfolios
inner join perimeters using (perimeter_code)
where perimeters.perimeter_kind = 'gcs' or portfolios.perimeter_code = readers.reader_organisation_code
