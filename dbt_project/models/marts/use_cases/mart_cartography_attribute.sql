{{ config(materialized='replaced_view') }}

with
    use_cases as (select * from {{ ref('int_use_case_wording') }}),
    attributes as (select * from {{ ref('int_use_case_attribute') }}),
    techniques as (select * from {{ ref('dim_technique') }}),
    learning_types as (select * from {{ ref('dim_learning_type') }}),

    labels as (
        select 'technique' as dimension_code, technique_code as attribute_code, technique_label as attribute_label,
            technique_rank as attribute_rank
        from techniques
        union all
        select 'learning_type', learning_type_code, learning_type_label, learning_type_rank from learning_types
    )

select
    use_cases.use_case_code,
    use_cases.use_case_title,
    use_cases.source_code,
    use_cases.source_label,
    use_cases.axis_label,
    labels.dimension_code,
    labels.attribute_code,
    labels.attribute_label,
    labels.attribute_rank,
    use_cases.is_demonstration
from use_cases
inner join attributes using (use_case_code)
inner join labels using (dimension_code, attribute_code)
