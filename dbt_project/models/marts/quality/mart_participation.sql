with
    submissions as (select * from {{ ref('fct_submission') }}),
    problems as (select * from {{ ref('fct_rejected_cell') }}),
    assessments as (select * from {{ ref('fct_assessment') }}),
    involvements as (select * from {{ ref('int_use_case_involvement') }}),
    -- invented campaigns expect nobody, where nobody answered them
    campaigns as (
        select *
        from {{ ref('dim_campaign') }}
        where not is_demonstration or campaign_code in (select submissions.campaign_code from submissions)
    ),
    expected as (
        select campaign_code, organisation_code
        from {{ source('referential', 'campaign_organisations') }}
        semi join campaigns using (campaign_code)
    ),
    establishments as (select * from {{ ref('dim_establishment') }}),

    concerned as (
        select campaign_code, organisation_code from expected
        union
        select campaign_code, organisation_code from submissions
    ),

    sent as (
        select
            campaign_code,
            organisation_code,
            count(*) as submission_count,
            count(*) filter (where is_current) as current_submission_count,
            min(received_on) as first_received_on,
            max(received_on) as last_received_on,
            cast(coalesce(sum(read_count) filter (where is_current), 0) as bigint) as read_count,
            cast(coalesce(sum(taken_count) filter (where is_current), 0) as bigint) as taken_count,
            cast(coalesce(sum(rejected_count) filter (where is_current), 0) as bigint) as rejected_count
        from submissions
        group by campaign_code, organisation_code
    ),

    -- a cell is mended when an earlier file of a key was told of it and the file that counts no longer is
    told as (
        select
            submissions.campaign_code,
            submissions.organisation_code,
            submissions.submission_key,
            problems.rule_code,
            problems.sheet,
            problems.column_label,
            problems.row_number,
            bool_or(submissions.is_current) as is_told_now
        from problems
        inner join submissions using (reception_number)
        semi join (select sent.submission_key from submissions as sent where sent.is_current) as counting
            on submissions.submission_key = counting.submission_key
        group by
            submissions.campaign_code, submissions.organisation_code, submissions.submission_key,
            problems.rule_code, problems.sheet, problems.column_label, problems.row_number
    ),

    mended as (
        select
            campaign_code,
            organisation_code,
            count(*) filter (where is_told_now) as rejected_cell_count,
            count(*) filter (where not is_told_now) as mended_cell_count
        from told
        group by campaign_code, organisation_code
    ),

    assessed as (
        select
            campaign_code,
            organisation_code,
            count(distinct assessor_code) as assessor_count,
            count(*) as assessment_count,
            {{ share('cast(sum(answered_count) as bigint)', 'cast(sum(asked_count) as bigint)') }} as completeness_share
        from assessments
        group by campaign_code, organisation_code
    ),

    involved as (
        select campaign_code, organisation_code, count(*) as use_case_count
        from involvements
        group by campaign_code, organisation_code
    )

select
    concerned.campaign_code,
    campaigns.campaign_title as campaign_label,
    campaigns.campaign_rank,
    concerned.organisation_code,
    establishments.organisation_title as organisation_label,
    establishments.is_gcs_member as member_gcs,
    expected.organisation_code is not null as is_expected,
    coalesce(sent.current_submission_count > 0, false) as has_answered,
    case
        when sent.current_submission_count > 0 and expected.organisation_code is null then 'A répondu sans être attendu'
        when sent.current_submission_count > 0 then 'A répondu'
        when sent.submission_count > 0 then 'A retiré son envoi'
        else 'N''a pas répondu'
    end as participation_label,
    coalesce(sent.submission_count, 0) as submission_count,
    sent.first_received_on,
    sent.last_received_on,
    coalesce(involved.use_case_count, 0) as use_case_count,
    coalesce(assessed.assessor_count, 0) as assessor_count,
    coalesce(assessed.assessment_count, 0) as assessment_count,
    assessed.completeness_share,
    coalesce(sent.read_count, 0) as read_count,
    coalesce(sent.taken_count, 0) as taken_count,
    coalesce(sent.rejected_count, 0) as rejected_count,
    coalesce(mended.rejected_cell_count, 0) as rejected_cell_count,
    coalesce(mended.mended_cell_count, 0) as mended_cell_count,
    campaigns.is_demonstration
from concerned
inner join campaigns using (campaign_code)
inner join establishments using (organisation_code)
left join expected using (campaign_code, organisation_code)
left join sent using (campaign_code, organisation_code)
left join mended using (campaign_code, organisation_code)
left join assessed using (campaign_code, organisation_code)
left join involved using (campaign_code, organisation_code)
