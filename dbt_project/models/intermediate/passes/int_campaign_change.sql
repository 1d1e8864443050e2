{{ config(materialized='incremental') }}

-- What the perimeters and the matrix read besides scores, summed up as one number for each campaign: where it differs
-- from that of the last build, or a score was touched, the campaign's rows are written anew.
with
    campaigns as (select * from {{ ref('dim_campaign') }}),
    submissions as (select * from {{ ref('int_submission_counted') }}),
    involvements as (select * from {{ ref('int_use_case_involvement') }}),
    use_cases as (select * from {{ ref('int_use_case_wording') }}),
    functions as (select * from {{ ref('bridge_use_case_function') }}),
    members as (select * from {{ ref('int_perimeter_member') }}),
    perimeters as (select * from {{ ref('dim_perimeter') }}),
    touched as (select distinct campaign_code from {{ ref('int_touched_group') }}),

    of_receptions as (
        select campaign_code, sum(hash(reception_number)) as fingerprint from submissions group by campaign_code
    ),

    of_functions as (
        select use_case_code, sum(hash(function_code)) as fingerprint from functions group by use_case_code
    ),

    of_use_cases as (
        select
            involvements.campaign_code,
            sum(hash(involvements.organisation_code, use_cases, of_functions.fingerprint)) as fingerprint
        from involvements
        left join use_cases using (use_case_code)
        left join of_functions using (use_case_code)
        group by involvements.campaign_code
    ),

    of_perimeters as (
        select
            (select coalesce(sum(hash(members)), 0) from members)
            + (select coalesce(sum(hash(perimeters)), 0) from perimeters) as fingerprint
    ),

    now as (
        select
            campaigns.campaign_code,
            hash(
                campaigns,
                of_receptions.fingerprint,
                of_use_cases.fingerprint,
                of_perimeters.fingerprint
            ) as fingerprint
        from campaigns
        cross join of_perimeters
        left join of_receptions using (campaign_code)
        left join of_use_cases using (campaign_code)
    ),

    before as (
        {% if is_incremental() -%}
        select campaign_code, fingerprint from {{ this }}
        {%- else -%}
        select campaign_code, fingerprint from now where false
        {%- endif %}
    )

select
    coalesce(now.campaign_code, before.campaign_code) as campaign_code,
    now.fingerprint,
    now.fingerprint is distinct from before.fingerprint or touched.campaign_code is not null as is_changed
from now
full join before on now.campaign_code = before.campaign_code
left join touched on touched.campaign_code = now.campaign_code
