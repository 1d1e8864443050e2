with
    life_cycle as (select * from {{ ref('mart_life_cycle') }}),
    members as (select * from {{ ref('int_perimeter_member') }}),
    perimeters as (select * from {{ ref('dim_perimeter') }}),
    statuses as (select * from {{ ref('dim_project_status') }} where not is_ended),

    stages as (
        select members.perimeter_code, life_cycle.*
        from life_cycle
        inner join members using (organisation_code)
        semi join statuses using (status_code)
    ),

    furthest as (
        select perimeter_code, project_id, max(status_rank) as status_rank
        from stages
        group by perimeter_code, project_id
    ),

    further as (
        select furthest.perimeter_code, statuses.status_code, count(*) as project_count
        from furthest
        inner join statuses on furthest.status_rank >= statuses.status_rank
        group by furthest.perimeter_code, statuses.status_code
    ),

    counted as (
        select
            perimeter_code,
            status_code,
            count(*) filter (where is_current) as current_count,
            count(*) filter (where is_stalled) as stalled_count,
            count(*) filter (where is_unfollowed_announcement) as unfollowed_count,
            count(left_on) filter (where entered_on is not null) as left_count,
            list_sort(list(day_count) filter (where left_on is not null and day_count is not null)) as day_counts,
            bool_or(is_demonstration) as is_demonstration
        from stages
        group by perimeter_code, status_code
    )

select
    perimeters.perimeter_code,
    perimeters.perimeter_label,
    statuses.status_code,
    statuses.status_label,
    statuses.status_rank,
    coalesce(further.project_count, 0) as at_least_count,
    coalesce(counted.current_count, 0) as current_count,
    coalesce(counted.stalled_count, 0) as stalled_count,
    coalesce(counted.unfollowed_count, 0) as unfollowed_count,
    coalesce(counted.left_count, 0) as left_count,
    -- the lower of two middle values, so that it is a time that a project took
    counted.day_counts[(len(counted.day_counts) + 1) // 2] as median_day_count,
    coalesce(counted.is_demonstration, false) as is_demonstration
from perimeters
cross join statuses
left join further using (perimeter_code, status_code)
left join counted using (perimeter_code, status_code)
