{{ config(materialized='replaced_view') }}

-- A view: readers ask for one perimeter of one campaign, and no pass writes what nobody may read.
with
    involvements as (select * from {{ ref('int_use_case_involvement') }}),
    members as (select * from {{ ref('int_perimeter_member') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    perimeters as (select * from {{ ref('dim_perimeter') }}),
    use_cases as (select * from {{ ref('int_use_case_wording') }}),
    measures as (select * from {{ ref('fct_measure') }}),
    objectives as (select * from {{ ref('fct_objective') }}),
    points as (
        select points.*, questions.question_label, questions.question_rank
        from {{ ref('fct_attention_point') }} as points
        inner join {{ ref('dim_question') }} as questions using (question_code)
    ),
    matrix as (
        select * from {{ ref('mart_portfolio_matrix') }} where profile_code = '{{ var("default_profile_code") }}'
    ),

    portfolio as (
        select involvements.campaign_code, members.perimeter_code, involvements.use_case_code,
            count(*) as organisation_count
        from involvements
        inner join members using (organisation_code)
        group by involvements.campaign_code, members.perimeter_code, involvements.use_case_code
    ),

    -- sum of people and hours, median of costs and gains, each establishment once
    measured as (
        select
            measures.campaign_code,
            members.perimeter_code,
            measures.use_case_code,
            count(*) as measure_count,
            try_cast(sum(measures.people_count) as bigint) as people_sum,
            cast(sum(measures.hours_per_day) as decimal(38, 6)) as hours_sum,
            {{ median_amount('measures.cost_eur') }} as cost_median_eur,
            {{ median_amount('measures.yearly_gain_eur') }} as yearly_gain_median_eur
        from measures
        inner join members using (organisation_code)
        group by measures.campaign_code, members.perimeter_code, measures.use_case_code
    ),

    aimed as (
        select
            objectives.campaign_code,
            members.perimeter_code,
            objectives.use_case_code,
            count(*) as objective_count,
            string_agg(
                objectives.indicator
                    || coalesce(' : ' || objectives.baseline || ' → ', ' : ') || coalesce(objectives.target, '?')
                    || coalesce(' (observé : ' || objectives.observed || ')', ''),
                chr(10)
                order by objectives.organisation_code, objectives.indicator
            ) as objectives_text
        from objectives
        inner join members using (organisation_code)
        group by objectives.campaign_code, members.perimeter_code, objectives.use_case_code
    ),

    pointed as (
        select campaign_code, perimeter_code, use_case_code,
            string_agg(
                question_label || ' : ' || high_count || ' sur ' || answer_count || ' au plus haut', ' · '
                order by question_rank, question_label
            ) as attention_text
        from (
            select
                points.campaign_code,
                members.perimeter_code,
                points.use_case_code,
                points.question_label,
                points.question_rank,
                sum(points.answer_count) as answer_count,
                sum(case when points.is_highest then points.answer_count else 0 end) as high_count
            from points
            inner join members using (organisation_code)
            group by points.campaign_code, members.perimeter_code, points.use_case_code, points.question_label,
                points.question_rank
        )
        group by campaign_code, perimeter_code, use_case_code
    ),

    deployed as (
        select members.perimeter_code, projects.use_case_code,
            count(distinct projects.organisation_code) as deployed_organisation_count
        from {{ ref('dim_project') }} as projects
        inner join members using (organisation_code)
        where projects.is_deployed
        group by members.perimeter_code, projects.use_case_code
    )

select
    portfolio.campaign_code,
    campaigns.campaign_title as campaign_label,
    portfolio.perimeter_code,
    perimeters.perimeter_label,
    portfolio.use_case_code,
    use_cases.use_case_title,
    use_cases.need,
    use_cases.domain_label,
    use_cases.axis_label,
    use_cases.axis_origin_label,
    use_cases.segment_label,
    use_cases.function_labels,
    use_cases.technique_labels,
    use_cases.learning_type_labels,
    use_cases.is_confidential,
    portfolio.organisation_count,
    coalesce(deployed.deployed_organisation_count, 0) as deployed_organisation_count,
    coalesce(aimed.objective_count, 0) as objective_count,
    aimed.objectives_text,
    coalesce(measured.measure_count, 0) as measure_count,
    measured.people_sum,
    measured.hours_sum,
    measured.cost_median_eur,
    measured.yearly_gain_median_eur,
    pointed.attention_text,
    matrix.quadrant_label,
    matrix.impact_score,
    matrix.effort_score,
    matrix.priority_rank,
    campaigns.is_demonstration
from portfolio
inner join campaigns using (campaign_code)
inner join perimeters using (perimeter_code)
inner join use_cases using (use_case_code)
left join measured using (campaign_code, perimeter_code, use_case_code)
left join aimed using (campaign_code, perimeter_code, use_case_code)
left join pointed using (campaign_code, perimeter_code, use_case_code)
left join deployed using (perimeter_code, use_case_code)
left join matrix using (campaign_code, perimeter_code, use_case_code)
