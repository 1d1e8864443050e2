with
    use_cases as (select * from {{ ref('dim_use_case') }}),
    axes as (select * from {{ ref('dim_axis') }}),
    segments as (select * from {{ ref('dim_segment') }}),
    domains as (select * from {{ ref('stg_referential__choices') }} where list_code = 'domains'),
    sources as (select * from {{ ref('dim_source') }}),
    attributes as (select * from {{ ref('int_use_case_attribute') }}),

    attribute_labels as (
        select 'function' as dimension_code, function_code as attribute_code, function_label as label,
            function_rank as rank
        from {{ ref('dim_function') }}
        union all
        select 'technique', technique_code, technique_label, technique_rank from {{ ref('dim_technique') }}
        union all
        select 'learning_type', learning_type_code, learning_type_label, learning_type_rank
        from {{ ref('dim_learning_type') }}
    ),

    joined_labels as (
        select
            attributes.use_case_code,
            {% for dimension in ['function', 'technique', 'learning_type'] -%}
            string_agg(label, ' · ' order by rank, label) filter (where dimension_code = '{{ dimension }}')
                as {{ dimension }}_labels{{ ',' if not loop.last }}
            {% endfor %}
        from attributes
        inner join attribute_labels using (dimension_code, attribute_code)
        group by attributes.use_case_code
    )

select
    use_cases.*,
    sources.source_label,
    sources.source_kind,
    coalesce(axes.axis_label, {{ no_axis() }}) as axis_label,
    coalesce(axes.axis_rank, 99) as axis_rank,
    {{ origin_label('use_cases.axis_origin_code') }} as axis_origin_label,
    segments.segment_label,
    domains.label as domain_label,
    {{ function_if_any('joined_labels.function_labels', 'use_cases.source_code') }} as function_labels,
    joined_labels.technique_labels,
    joined_labels.learning_type_labels
from use_cases
left join axes using (axis_code)
left join segments using (segment_code)
left join domains on use_cases.domain_code = domains.code
left join sources using (source_code)
left join joined_labels using (use_case_code)
