{{ config(materialized='incremental') }}

with
    counted as (select * from {{ ref('int_submission_counted') }}),

    before as (
        {% if is_incremental() -%}
        select reception_number, organisation_code, campaign_code from {{ this }} where is_counted
        {%- else -%}
        select reception_number, organisation_code, campaign_code from counted where false
        {%- endif %}
    )

select
    coalesce(counted.reception_number, before.reception_number) as reception_number,
    coalesce(counted.organisation_code, before.organisation_code) as organisation_code,
    coalesce(counted.campaign_code, before.campaign_code) as campaign_code,
    counted.reception_number is not null as is_counted,
    (counted.reception_number is null) <> (before.reception_number is null) as is_changed
from counted
full join before on counted.reception_number = before.reception_number
