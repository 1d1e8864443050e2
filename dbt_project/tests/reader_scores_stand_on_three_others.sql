{{ config(meta={'dagster': {'ref': {'name': 'mart_reader_matrix'}}}) }}
-- Counted again from the establishments' own scores: behind each score of the GCS that an establishment reads stand at
-- least three others, on each side; and no confidential use case is among what it reads of others.
with
    shown as (select * from {{ ref('mart_reader_matrix') }} where view_code = 'gcs'),
    establishment_scores as (select * from {{ ref('int_score_establishment_side') }} where score is not null),
    members as (select organisation_code from {{ ref('dim_establishment') }} where is_gcs_member),
    confidential as (select use_case_code from {{ ref('dim_use_case') }} where is_confidential),

    others as (
        select
            shown.reader_organisation_code, shown.campaign_code, shown.profile_code, shown.use_case_code,
            establishment_scores.side_code,
            count(*) as other_count
        from shown
        inner join establishment_scores using (campaign_code, profile_code, use_case_code)
        semi join members on establishment_scores.organisation_code = members.organisation_code
        where establishment_scores.organisation_code <> shown.reader_organisation_code
        group by all
    )

select shown.reader_organisation_code, shown.use_case_code
from shown
left join others using (reader_organisation_code, campaign_code, profile_code, use_case_code)
group by all
having coalesce(min(others.other_count), 0) < {{ var('fewest_other_establishments') }}
    or count(distinct others.side_code) < 2
union all
select reader_organisation_code, use_case_code from shown semi join confidential using (use_case_code)
union all
select organisation_code, use_case_code from {{ ref('mart_reader_cartography') }} semi join confidential using (use_case_code)
