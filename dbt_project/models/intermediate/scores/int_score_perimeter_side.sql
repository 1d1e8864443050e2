with
    assessor_scores as (select * from {{ ref('int_score_assessor_side') }}),
    establishment_scores as (select * from {{ ref('int_score_establishment_side') }}),
    perimeter_members as (select * from {{ ref('int_perimeter_member') }}),
    perimeters as (select perimeter_code, perimeter_kind from {{ ref('dim_perimeter') }}),

    -- the members of an establishment are its assessors, those of a wider perimeter its establishments
    members as (
        select organisation_code as perimeter_code, 1 as assessor_count, * exclude (assessment_id) from assessor_scores
        union all by name
        select perimeter_members.perimeter_code, establishment_scores.*
        from establishment_scores
        inner join perimeter_members using (organisation_code)
        inner join perimeters using (perimeter_code)
        where perimeters.perimeter_kind <> 'etablissement'
    )

select
    perimeter_code,
    campaign_code,
    use_case_code,
    profile_code,
    side_code,
    {{ mean_score('score') }} as score,
    {{ mean_score('low_score') }} as low_score,
    {{ mean_score('high_score') }} as high_score,
    {{ mean_score('completeness_share') }} as completeness_share,
    min(score) as min_score,
    max(score) as max_score,
    {{ deviation_score('score') }} as stddev_score,
    count(score) as score_count,
    count(distinct organisation_code) as establishment_count,
    cast(sum(assessor_count) as bigint) as assessor_count
from members
group by perimeter_code, campaign_code, use_case_code, profile_code, side_code
