-- A figure is taken away whole, never computed without what it may not tell: the difference would tell it.
with
    contributors as (select * from {{ ref('int_snapshot_contributor') }}),
    canonical as (select * from {{ ref('int_use_case_canonical') }}),
    confidential as (select * from {{ ref('int_confidential') }}),
    hidden as (select distinct use_case_code from confidential where is_hidden_whole),
    purged as (select reception_number from {{ ref('stg_lake__receptions') }} where verdict_code = 'purgee'),

    -- under the code that counts today: a merge may bring what is confidential with it
    named as (
        select
            contributors.*,
            coalesce(canonical.canonical_code, contributors.use_case_code) as present_code
        from contributors
        left join canonical using (use_case_code)
    )

select distinct campaign_code, perimeter_code, use_case_code
from named
where
    behind_reception in (select reception_number from purged)
    or present_code in (select use_case_code from hidden)
    or (present_code, organisation_code) in (select (use_case_code, organisation_code) from confidential)
