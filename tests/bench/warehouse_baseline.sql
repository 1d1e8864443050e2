-- What the models make of assessments, as one script by hand: the same tables, the same arithmetic (whole millionths,
-- half up at each level). Long tables with their codes, no keys of our own: the baseline of tests/bench/warehouse.py.
create macro half_up(n, d) as ((2 * n + d) // nullif(2 * d, 0))::bigint;

create table assessment as
select
    row_number() over (order by reception_number, sheet, row_number) as assessment_number,
    concat_ws('|', organisation_code, campaign_code, use_case_code, assessor_code) as assessment_id, *
from 'assessments/*.parquet'
join (select reception_number, organisation_code, campaign_code from (
    from 'submissions/*.parquet'
    qualify row_number() over (partition by submission_key order by reception_number desc) = 1
) where not is_withdrawal) using (reception_number)
qualify row_number() over (
    partition by organisation_code, campaign_code, use_case_code, assessor_code
    order by reception_number desc, row_number desc, sheet
) = 1;

create table question as
select s.code as question_code, s.criterion_code, c.side_code, s.polarity, l.code as level_code,
    half_up(100000000 * (case when s.polarity = '-' then last_step - step else step end), last_step) as value
from 'ref_subcriteria/*.parquet' s
join 'ref_criteria/*.parquet' c on c.code = s.criterion_code
join (select *, row_number() over (partition by scale_code order by rank) - 1 as step,
    count(*) over (partition by scale_code) - 1 as last_step from 'ref_scale_levels/*.parquet') l using (scale_code);

create table answer as
select a.assessment_number, x.question_code, x.level_code, x.answer_text, q.value, x.cell, r.file_name
from 'answers/*.parquet' x
join assessment a using (reception_number, sheet, row_number)
left join question q using (question_code, level_code)
left join (select reception_number, file_name from 'receptions/*.parquet') r using (reception_number);

create table assessor_criterion as
select assessment_number, c.criterion_code, c.side_code,
    half_up(sum(value)::bigint, count(value)) as score,
    half_up(coalesce(sum(value), 0)::bigint, count(*)) as low,
    half_up((coalesce(sum(value), 0) + 100000000 * (count(*) - count(value)))::bigint, count(*)) as high,
    half_up(1000000 * count(value), count(*)) as completeness
from answer join (select distinct question_code, criterion_code, side_code from question) c using (question_code)
group by all;

create table weight as
select p.code as profile_code, c.code as criterion_code,
    coalesce(cast(w.weight * 1000 as bigint), 1000) as weight
from 'ref_weight_profiles/*.parquet' p cross join 'ref_criteria/*.parquet' c
left join 'ref_weight_profile_weights/*.parquet' w on w.profile_code = p.code and w.criterion_code = c.code;

create table assessor_side as
select assessment_number, profile_code, side_code,
    half_up(sum(score * weight)::bigint, sum(weight) filter (score is not null)::bigint) as score,
    half_up(sum(low * weight)::bigint, sum(weight)::bigint) as low,
    half_up(sum(high * weight)::bigint, sum(weight)::bigint) as high,
    half_up(sum(completeness * weight)::bigint, sum(weight)::bigint) as completeness
from assessor_criterion join weight using (criterion_code)
group by all;

create table establishment_side as
select organisation_code, campaign_code, use_case_code, profile_code, side_code,
    half_up(sum(score)::bigint, count(score)) as score, half_up(sum(low)::bigint, count(low)) as low,
    half_up(sum(high)::bigint, count(high)) as high,
    half_up(sum(completeness)::bigint, count(completeness)) as completeness,
    min(score) as least, max(score) as most, round(stddev_pop(score))::bigint as deviation,
    count(score) as score_count, count(*) as assessor_count, 1 as establishment_count
from assessor_side join assessment using (assessment_number)
group by all;

create table establishment_criterion as
select organisation_code, campaign_code, use_case_code, criterion_code,
    half_up(sum(score)::bigint, count(score)) as score, half_up(sum(low)::bigint, count(low)) as low,
    half_up(sum(high)::bigint, count(high)) as high,
    half_up(sum(completeness)::bigint, count(completeness)) as completeness
from assessor_criterion join assessment using (assessment_number)
group by all;

create table member as
select organisation_code as perimeter_code, organisation_code, true as is_own
from (select distinct organisation_code from assessment)
union all
select 'tous', organisation_code, false from (select distinct organisation_code from assessment)
union all
select 'gcs', code, false from 'ref_organisations/*.parquet' where member_gcs;

create table perimeter_criterion as
select perimeter_code, campaign_code, use_case_code, criterion_code,
    half_up(sum(score)::bigint, count(score)) as score, half_up(sum(low)::bigint, count(low)) as low,
    half_up(sum(high)::bigint, count(high)) as high,
    half_up(sum(completeness)::bigint, count(completeness)) as completeness
from establishment_criterion join member using (organisation_code)
group by all;

create table perimeter_side as
select organisation_code as perimeter_code, * exclude (organisation_code) from establishment_side
union all by name
select perimeter_code, campaign_code, use_case_code, profile_code, side_code,
    half_up(sum(score)::bigint, count(score)) as score, half_up(sum(low)::bigint, count(low)) as low,
    half_up(sum(high)::bigint, count(high)) as high,
    half_up(sum(completeness)::bigint, count(completeness)) as completeness,
    min(score) as least, max(score) as most, round(stddev_pop(score))::bigint as deviation,
    count(score) as score_count, sum(assessor_count)::bigint as assessor_count, count(*) as establishment_count
from establishment_side join (from member where not is_own) using (organisation_code)
group by all;

create table matrix_score as
select campaign_code, profile_code, perimeter_code, use_case_code,
    i.* exclude (campaign_code, profile_code, perimeter_code, use_case_code, side_code),
    e.score as effort_score, e.low as effort_low, e.high as effort_high, e.completeness as effort_completeness,
    e.least as effort_least, e.most as effort_most, e.deviation as effort_deviation, e.score_count as effort_count,
    half_up(i.score + 100000000 - e.score, 2) as priority
from (from perimeter_side where side_code = 'impact') i
join (from perimeter_side where side_code = 'effort') e
    using (campaign_code, profile_code, perimeter_code, use_case_code);

create table pareto as
with recursive rounds as (
    select distinct campaign_code, profile_code, perimeter_code, score as impact, effort_score as effort, 0 as k,
        false as is_out
    from matrix_score where priority is not null
    union all
    select campaign_code, profile_code, perimeter_code, impact, effort, k + 1,
        coalesce(min(effort) over (partition by campaign_code, profile_code, perimeter_code
            order by impact desc, effort rows between unbounded preceding and 1 preceding) > effort, true)
    from rounds where not is_out
)
select * exclude (is_out) from rounds where is_out;

create table matrix as
select m.*, u.use_case_label, x.label as axis_label, o.label as perimeter_label, p.label as profile_label,
    c.label as campaign_label, pareto.k as pareto_rank,
    case when priority is null then 'non_evalue'
        when m.score >= 50000000 then if(effort_score < 50000000, 'victoire_rapide', 'projet_majeur')
        else if(effort_score < 50000000, 'tache_de_fond', 'a_ecarter') end as quadrant_code,
    (low >= 50000000 or high < 50000000) and (effort_low >= 50000000 or effort_high < 50000000) as is_certain,
    abs(m.score - 50000000) <= 5000000 or abs(effort_score - 50000000) <= 5000000 as is_borderline,
    completeness < 600000 or effort_completeness < 600000 as is_incomplete,
    rank() over (partition by m.campaign_code, m.profile_code, m.perimeter_code order by priority desc nulls last)
        as priority_rank
from matrix_score m
left join pareto on m.campaign_code = pareto.campaign_code and m.profile_code = pareto.profile_code
    and m.perimeter_code = pareto.perimeter_code and m.score = pareto.impact and m.effort_score = pareto.effort
left join (select distinct use_case_code, use_case_label, axis_code from 'use_cases/*.parquet') u using (use_case_code)
left join 'ref_axes/*.parquet' x on x.code = u.axis_code
left join 'ref_organisations/*.parquet' o on o.code = m.perimeter_code
left join 'ref_weight_profiles/*.parquet' p on p.code = m.profile_code
left join 'ref_campaigns/*.parquet' c on c.code = m.campaign_code;
