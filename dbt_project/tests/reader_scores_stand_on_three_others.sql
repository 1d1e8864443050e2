{{ config(meta={'dagster': {'ref': {'name': 'mart_reader_matrix'}}}) }}
-- Counted again from the establishments' own scores: behind each score of the GCS that an establishment reads stand at
-- least three others, on each side; and no confidential use case is among what it reads of others. Of every campaign, in a
-- pass too: what readers may see is proven before each publication.
with
    shown as materialized (select * from {{ ref('mart_reader_matrix') }} where view_code = 'gcs'),
    members as (select organisation_code from {{ ref('dim_establishment') }} where is_gcs_member),
    confidential as (select use_case_code from {{ ref('dim_use_case') }} where is_confidential),

    scored as materialized (
        select organisation_code as reader_organisation_code, campaign_code, profile_code, use_case_code, side_code
        from {{ ref('int_score_establishment_side') }}
        semi join members using (organisation_code)
        where score is not null
    ),

    counted as (
        select campaign_code, profile_code, use_case_code, side_code, count(*) as member_count
        from scored
        group by all
    ),

    others as (
        select
            shown.reader_organisation_code,
            shown.campaign_code,
            shown.profile_code,
            shown.use_case_code,
            count(counted.side_code) as side_count,
            min(counted.member_count - case when own.side_code is null then 0 else 1 end) as other_count
        from shown
        left join counted using (campaign_code, profile_code, use_case_code)
        left join scored as own
            using (reader_organisation_code, campaign_code, profile_code, use_case_code, side_code)
        group by all
    )

select reader_organisation_code, use_case_code
from others
where coalesce(other_count, 0) < {{ var('fewest_other_establishments') }} or side_count < 2
union all
select reader_organisation_code, use_case_code from shown semi join confidential using (use_case_code)
union all
select organisation_code, use_case_code from {{ ref('mart_reader_cartography') }} semi join confidential using (use_case_code)
