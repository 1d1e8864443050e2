with
    use_cases as (
        select * from {{ ref('int_use_case_wording') }} where source_code = '{{ var("own_source_code") }}'
    ),
    confidential as (select use_case_code from {{ ref('int_use_case_row') }} where is_confidential)

-- confidential as soon as one submission that counts says so; the need is typed freely, only the catalogue's is open
select
    use_cases.use_case_code,
    coalesce({{ plain_text('use_cases.use_case_label') }}, use_cases.use_case_code) as use_case_label,
    case when use_cases.is_in_catalogue then {{ plain_text('use_cases.need') }} end as need,
    use_cases.axis_code,
    use_cases.axis_origin_label,
    use_cases.segment_label,
    use_cases.domain_label,
    use_cases.technique_labels,
    use_cases.learning_type_labels,
    use_cases.is_in_catalogue,
    use_cases.is_demonstration
from use_cases
anti join confidential using (use_case_code)
where not use_cases.is_confidential
