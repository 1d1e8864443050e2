with
    use_cases as (
        select * from {{ ref('int_use_case_wording') }} where source_code = '{{ var("own_source_code") }}'
    ),
    confidential as (select use_case_code from {{ ref('int_confidential') }} where is_hidden_whole),
    catalogue as (select * from {{ ref('stg_referential__use_cases') }}),
    involved as (select distinct use_case_code from {{ ref('int_use_case_involvement') }})

-- what the committee alone names is its own: the code of one that its establishment took back, or kept to itself;
-- the need is typed freely, only the catalogue's own is open
select
    use_cases.use_case_code,
    coalesce(use_cases.use_case_label, use_cases.use_case_code) as use_case_label,
    catalogue.need,
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
left join catalogue on use_cases.use_case_code = catalogue.use_case_code and use_cases.is_in_catalogue
where use_cases.is_in_catalogue or use_cases.use_case_code in (select use_case_code from involved)
