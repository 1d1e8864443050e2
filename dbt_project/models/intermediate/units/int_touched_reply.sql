{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='reply_key',
    on_schema_change='fail',
) }}

-- What each reply is made of now, and whether that is what the last build made it of. This is the state of a pass: it
-- reads itself as the last build left it, and keeps a reply that went, empty, so that no key is ever without a row.
with
    submissions as (select * from {{ ref('int_submission_counted') }}),
    mentions as (select * from {{ ref('int_use_case_mention') }}),
    renamed as (select * from {{ ref('int_use_case_canonical') }} where canonical_code <> use_case_code),

    receptions as (
        select
            organisation_code,
            campaign_code,
            list(reception_number order by reception_number) as reception_numbers
        from submissions
        group by organisation_code, campaign_code
    ),

    -- a decision, or a withdrawal elsewhere, may give a use case that it names another canonical code
    renamings as (
        select
            submissions.organisation_code,
            submissions.campaign_code,
            list_sort(list(distinct [renamed.use_case_code, renamed.canonical_code])) as renamings
        from mentions
        inner join renamed using (use_case_code)
        inner join submissions using (reception_number)
        group by submissions.organisation_code, submissions.campaign_code
    ),

    present as (
        select
            {{ reply_key('organisation_code', 'campaign_code') }} as reply_key,
            organisation_code,
            campaign_code,
            receptions.reception_numbers,
            renamings.renamings
        from receptions
        left join renamings using (organisation_code, campaign_code)
    )

{% if is_incremental() -%}
select
    reply_key,
    coalesce(present.organisation_code, before.organisation_code) as organisation_code,
    coalesce(present.campaign_code, before.campaign_code) as campaign_code,
    present.reception_numbers,
    present.renamings,
    (present.reception_numbers is distinct from before.reception_numbers)
        or (present.renamings is distinct from before.renamings) as is_touched
from present
full join {{ this }} as before using (reply_key)
{%- else -%}
select *, true as is_touched from present
{%- endif %}
