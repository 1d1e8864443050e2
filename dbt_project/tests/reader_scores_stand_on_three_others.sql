{{ config(meta={'dagster': {'ref': {'name': 'mart_reader_matrix'}}}) }}
-- Counted again from who stands behind each figure: at least three establishments other than the reader, none of whose
-- parts is confidential or was purged, and whole points alone; and no confidential use case is among what it reads of
-- others. Of every campaign, in a pass too: what readers may see is proven before each publication.
with
    shown as materialized (
        select * from {{ ref('mart_reader_matrix') }} where view_code = 'gcs' and snapshot_on is not null
    ),
    receptions as (select * from {{ ref('stg_lake__receptions') }} where verdict_code = 'purgee'),
    behind as (
        select campaign_code, use_case_code, organisation_code, bool_or(receptions.reception_number is not null) as is_purged
        from {{ ref('int_snapshot_contributor') }} as contributors
        left join receptions on contributors.behind_reception = receptions.reception_number
        where perimeter_code = 'gcs'
        group by all
    ),
    confidential as (select * from {{ ref('int_confidential') }}),

    others as (
        select shown.reader_organisation_code, shown.use_case_code, shown.impact_score, shown.effort_score,
            count(distinct behind.organisation_code) filter (
                where behind.organisation_code <> shown.reader_organisation_code
            ) as other_count,
            coalesce(bool_or(behind.is_purged), false) as is_purged,
            count(confidential.organisation_code) as confidential_count
        from shown
        left join behind using (campaign_code, use_case_code)
        left join confidential using (use_case_code, organisation_code)
        group by all
    )

select reader_organisation_code, use_case_code
from others
where other_count < {{ var('fewest_other_establishments') }} or is_purged or confidential_count > 0
    or impact_score <> round(impact_score) or effort_score <> round(effort_score)
union all
select reader_organisation_code, use_case_code from {{ ref('mart_reader_matrix') }}
where view_code = 'gcs' and use_case_code in (select use_case_code from confidential where is_hidden_whole)
union all
select organisation_code, use_case_code from {{ ref('mart_reader_cartography') }}
where use_case_code in (select use_case_code from confidential where is_hidden_whole)
    or (use_case_code, organisation_code) in (select use_case_code, organisation_code from confidential)
