with
    projects as (select * from {{ ref('int_project_row') }}),
    statuses as (select * from {{ ref('stg_lake__project_statuses') }}),
    inventories as (select * from {{ ref('stg_lake__inventory_use_cases') }}),
    days as (select * from {{ ref('int_reception_day') }}),

    reported as (
        select
            projects.project_id,
            statuses.status_code,
            statuses.reached_on,
            projects.is_demonstration,
            statuses.reception_number,
            statuses.sheet,
            statuses.row_number,
            statuses.cell
        from statuses
        inner join projects using (reception_number, sheet, row_number)
        qualify row_number() over (
            partition by projects.project_id, statuses.status_code
            order by statuses.reception_number desc, statuses.row_number desc, statuses.sheet
        ) = 1
    ),

    -- what the latest report dates ahead of its reception is planned, whatever an earlier one said, and not reached
    come as (
        select reported.*
        from reported
        inner join days using (reception_number)
        where reported.reached_on is null or reported.reached_on <= days.received_on
    ),

    inventoried as (
        select
            concat_ws('|', organisation_code, use_case_code) as project_id,
            status_code,
            reached_on,
            false as is_demonstration,
            row_number
        from inventories
        where organisation_code is not null and status_code is not null
    )

select * from come
union all by name
select * from inventoried
