{{ config(materialized='replaced_view') }}

with
    notice as (select * from {{ ref('mart_notice') }})

select
    notice_text,
    is_demonstration
from notice
