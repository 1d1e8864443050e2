{{ config(materialized='replaced_view') }}

with
    cartography as (
        select * from {{ ref('mart_cartography') }} where source_code = '{{ var("own_source_code") }}'
    ),
    confidential as (select * from {{ ref('int_confidential') }}),
    hidden as (select distinct use_case_code from confidential where is_hidden_whole),
    involved as (select distinct use_case_code from {{ ref('int_use_case_involvement') }}),

    -- what the committee alone names is its own
    named as (
        select use_case_code from {{ ref('dim_use_case') }}
        where is_in_catalogue or use_case_code in (select use_case_code from involved)
    ),

    parts as (
        select cartography.*, confidential.use_case_code is not null as is_kept
        from cartography
        semi join named using (use_case_code)
        anti join hidden using (use_case_code)
        left join confidential using (use_case_code, organisation_code)
    ),

    -- a use case of the catalogue stays on the map where all that is known of it are parts that are kept
    shown as (
        select *
        from parts
        qualify row_number() over (
            partition by use_case_code, function_code, case when is_kept then '' else organisation_code end
            order by is_kept
        ) = 1
        and (not is_kept or bool_and(is_kept) over (partition by use_case_code, function_code))
    )

select
    use_case_code,
    use_case_title,
    axis_code,
    axis_label,
    axis_rank,
    segment_label,
    function_code,
    function_label,
    function_rank,
    case when not is_kept then organisation_code end as organisation_code,
    case when is_kept then {{ no_organisation() }} else organisation_label end as organisation_label,
    case when is_kept then {{ no_project() }} else status_label end as status_label,
    case when is_kept then 99 else status_rank end as status_rank,
    not is_kept and is_deployed as is_deployed,
    case when not is_kept then evidence_label end as evidence_label,
    is_demonstration and not is_kept as is_demonstration
from shown
