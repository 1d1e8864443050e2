with
    key_figures as (select * from {{ ref('stg_referential__key_figures') }}),
    sources as (select * from {{ ref('dim_source') }}),
    axes as (select * from {{ ref('dim_axis') }}),
    figure_values as (select * from {{ ref('int_key_figure') }}),
    national_reference as (select * from {{ ref('int_national_reference') }}),

    -- a share shows what its whole holds, demonstration included
    totals as (
        select source_code, value_count as total_count, is_demonstration
        from figure_values
        where figure_code = 'USE_CASES'
    ),

    shown as (
        select key_figures.figure_code, sources.source_code, null as axis_code from key_figures cross join sources
        union all
        select key_figures.figure_code, sources.source_code, axes.axis_code
        from key_figures
        cross join sources
        cross join axes
        where key_figures.unit = 'part'
    )

select
    shown.figure_code,
    key_figures.figure_label,
    key_figures.figure_definition,
    key_figures.figure_rank,
    shown.axis_code,
    case when key_figures.unit = 'part' then coalesce(axes.axis_label, {{ no_axis() }}) end as axis_label,
    case when key_figures.unit = 'part' then coalesce(axes.axis_rank, 99) end as axis_rank,
    shown.source_code,
    sources.source_label,
    key_figures.unit,
    coalesce(figure_values.value_count, 0) as value_count,
    case when key_figures.unit = 'part'
        then {{ share('coalesce(figure_values.value_count, 0)', 'totals.total_count') }} end as value_share,
    national_reference.reference_count,
    national_reference.reference_low_share,
    national_reference.reference_high_share,
    national_reference.reference_text,
    national_reference.reference_source,
    national_reference.reference_origin_label,
    coalesce(
        case when key_figures.unit = 'part' then totals.is_demonstration else figure_values.is_demonstration end, false
    ) as is_demonstration
from shown
inner join key_figures using (figure_code)
inner join sources using (source_code)
left join axes using (axis_code)
left join totals using (source_code)
left join figure_values
    on shown.figure_code = figure_values.figure_code
    and shown.source_code = figure_values.source_code
    and shown.axis_code is not distinct from figure_values.axis_code
left join national_reference
    on shown.figure_code = national_reference.figure_code
    and shown.axis_code is not distinct from national_reference.axis_code
    and shown.source_code = '{{ var("own_source_code") }}'
