with
    periods as (select * from {{ ref('int_submission_period') }}),
    projects as (select * from {{ ref('stg_lake__projects') }}),
    reached as (select * from {{ ref('stg_lake__project_statuses') }}),
    statuses as (select * from {{ ref('dim_project_status') }}),
    canonical as (select * from {{ ref('int_use_case_canonical') }}),
    inventories as (select * from {{ ref('int_inventory_period') }}),
    days as (select * from {{ ref('int_reception_day') }}),

    declared as (
        select
            projects.* replace (coalesce(canonical.canonical_code, projects.use_case_code) as use_case_code),
            periods.organisation_code,
            periods.from_reception,
            periods.to_reception
        from projects
        inner join periods using (reception_number)
        left join canonical using (use_case_code)
    ),

    described as (
        select concat_ws('|', organisation_code, use_case_code, solution_code) as project_id, * from declared
        union all by name
        select
            concat_ws('|', organisation_code, use_case_code) as project_id,
            organisation_code,
            use_case_code,
            row_number,
            0 as reception_number,
            from_reception,
            to_reception
        from inventories
        where organisation_code is not null
    ),

    reported as (
        select described.project_id, described.from_reception, described.to_reception, reached.reception_number,
            reached.row_number, reached.sheet, reached.status_code, reached.reached_on
        from reached
        inner join described using (reception_number, sheet, row_number)
        union all by name
        select concat_ws('|', organisation_code, use_case_code) as project_id, from_reception, to_reception,
            0 as reception_number, row_number, status_code, reached_on
        from inventories
        where organisation_code is not null and status_code is not null
    ),

    moments as ({{ moments_of('described', 'project_id') }}),

    -- the latest report of each status, then the status reached last: as dim_project says it
    reports_then as (
        select
            moments.project_id,
            moments.moment,
            reported.status_code,
            reported.reached_on,
            reported.reception_number
        from moments
        inner join reported
            on moments.project_id = reported.project_id
            and {{ counts_at('reported', 'moments.moment') }}
        qualify row_number() over (
            partition by moments.project_id, moments.moment, reported.status_code
            order by reported.reception_number desc, reported.row_number desc, reported.sheet
        ) = 1
    ),

    status_then as (
        select
            reports_then.project_id,
            reports_then.moment,
            reports_then.status_code,
            reports_then.reached_on as status_reached_on
        from reports_then
        inner join statuses using (status_code)
        -- a status dated ahead of its reception is planned, as in int_project_status; an inventory has no reception
        left join days using (reception_number)
        where reports_then.reached_on is null or days.received_on is null or reports_then.reached_on <= days.received_on
        qualify row_number() over (
            partition by reports_then.project_id, reports_then.moment
            order by reports_then.reached_on desc nulls last, statuses.status_rank desc
        ) = 1
    ),

    rows_then as (
        select
            moments.project_id,
            moments.moment,
            described.reception_number is not null as has_state,
            described.* exclude (
                project_id, evidence_link, reception_number, sheet, row_number, from_reception, to_reception
            )
        from moments
        left join described
            on moments.project_id = described.project_id
            and {{ counts_at('described', 'moments.moment') }}
        qualify row_number() over (
            partition by moments.project_id, moments.moment
            order by described.reception_number desc, described.row_number desc, described.sheet
        ) = 1
    ),

    states as (
        select rows_then.*, status_then.status_code, status_then.status_reached_on
        from rows_then
        left join status_then using (project_id, moment)
    )

{{ versions_of('states', 'project_id') }}
