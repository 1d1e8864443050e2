with
    receptions as (select * from {{ ref('stg_lake__receptions') }}),
    submissions as (select * from {{ ref('stg_lake__submissions') }}),
    set_aside as (select * from {{ ref('stg_lake__set_aside') }}),
    counted as (select reception_number, is_demonstration from {{ ref('int_submission_counted') }}),
    sheet_counts as (select * from {{ ref('stg_lake__sheet_counts') }}),
    campaigns as (select campaign_code, is_demonstration from {{ ref('dim_campaign') }}),

    counts as (
        select
            reception_number,
            sum(read_count) as read_count,
            sum(taken_count) as taken_count,
            sum(rejected_count) as rejected_count,
            sum(ignored_count) as ignored_count
        from sheet_counts
        group by reception_number
    )

select
    submissions.reception_number,
    submissions.submission_key,
    submissions.organisation_code,
    submissions.campaign_code,
    submissions.dossier_code,
    submissions.submitted_on,
    submissions.is_withdrawal,
    submissions.template_version,
    receptions.file_name,
    receptions.content_sha256,
    receptions.received_at,
    cast(receptions.received_at at time zone 'UTC' at time zone 'Europe/Paris' as date) as received_on,
    receptions.verdict_code,
    cast(coalesce(counts.read_count, 0) as bigint) as read_count,
    cast(coalesce(counts.taken_count, 0) as bigint) as taken_count,
    cast(coalesce(counts.rejected_count, 0) as bigint) as rejected_count,
    cast(coalesce(counts.ignored_count, 0) as bigint) as ignored_count,
    counted.reception_number is not null as is_current,
    coalesce(campaigns.is_demonstration, false) as is_demonstration
from submissions
anti join set_aside on submissions.reception_number = set_aside.reception_number
left join receptions on submissions.reception_number = receptions.reception_number
left join counts on submissions.reception_number = counts.reception_number
left join counted on submissions.reception_number = counted.reception_number
left join campaigns on submissions.campaign_code = campaigns.campaign_code
