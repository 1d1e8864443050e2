-- Who stands behind a published figure. The scope is a side, or a criterion: a figure says something of each of them.
with
    assessments as (select * from {{ ref('int_assessment') }}),
    criterion_scores as (
        select * from {{ ref('int_keyed_assessor_criterion') }} where score_millionths is not null
    ),
    criteria as (select distinct criterion_number, criterion_code, side_code from {{ ref('int_question_asked') }}),
    perimeter_members as (select * from {{ ref('int_perimeter_member') }}),

    scopes as (
        select criterion_scores.assessment_key, 'criterion' as scope_kind, criteria.criterion_code as scope_code
        from criterion_scores
        inner join criteria using (criterion_number)
        union all
        select distinct criterion_scores.assessment_key, 'side', criteria.side_code
        from criterion_scores
        inner join criteria using (criterion_number)
    ),

    of_organisations as (
        select
            assessments.campaign_code,
            assessments.use_case_code,
            assessments.organisation_code,
            scopes.scope_kind,
            scopes.scope_code,
            count(*) as assessor_count
        from scopes
        inner join assessments using (assessment_key)
        group by all
    ),

    of_perimeters as (
        select
            of_organisations.campaign_code,
            perimeter_members.perimeter_code,
            of_organisations.use_case_code,
            of_organisations.scope_kind,
            of_organisations.scope_code,
            cast(sum(of_organisations.assessor_count) as bigint) as assessor_count,
            count(*) as establishment_count
        from of_organisations
        inner join perimeter_members using (organisation_code)
        where perimeter_members.perimeter_code in ('gcs', 'tous')
        group by all
    )

-- « tous » holds « gcs »: two published means would say that of the organisations in between
select
    inner_perimeter.*,
    coalesce(whole.assessor_count - inner_perimeter.assessor_count, 0) as rest_assessor_count,
    coalesce(whole.establishment_count - inner_perimeter.establishment_count, 0) as rest_establishment_count
from of_perimeters as inner_perimeter
left join of_perimeters as whole
    on inner_perimeter.perimeter_code = 'gcs'
    and whole.perimeter_code = 'tous'
    and inner_perimeter.campaign_code = whole.campaign_code
    and inner_perimeter.use_case_code = whole.use_case_code
    and inner_perimeter.scope_code = whole.scope_code
