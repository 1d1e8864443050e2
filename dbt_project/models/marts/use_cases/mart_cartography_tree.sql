{{ config(materialized='replaced_view') }}

with
    use_cases as (
        select * from {{ ref('int_use_case_wording') }} where source_code = '{{ var("own_source_code") }}'
    ),

    placed as (
        select
            use_case_code,
            use_case_title,
            is_demonstration,
            axis_label,
            axis_rank,
            coalesce(segment_label, 'Segment non dit') as segment_label
        from use_cases
    ),

    nodes as (
        select
            'racine' as node_id,
            null as parent_id,
            'Cas d''usage (' || count(*) || ')' as node_label,
            0 as node_level,
            count(*) as use_case_count,
            bool_or(is_demonstration) as is_demonstration
        from placed
        union all
        select
            'axe|' || axis_label,
            'racine',
            axis_label || ' (' || count(*) || ')',
            1,
            count(*),
            bool_or(is_demonstration)
        from placed
        group by axis_label
        union all
        select
            'segment|' || axis_label || '|' || segment_label,
            'axe|' || axis_label,
            segment_label || ' (' || count(*) || ')',
            2,
            count(*),
            bool_or(is_demonstration)
        from placed
        group by axis_label, segment_label
        union all
        select 'cas|' || use_case_code, 'segment|' || axis_label || '|' || segment_label, use_case_title, 3, 1,
            is_demonstration
        from placed
    )

select
    node_id,
    parent_id,
    node_label,
    node_level,
    use_case_count,
    coalesce(is_demonstration, false) as is_demonstration
from nodes
where use_case_count > 0
