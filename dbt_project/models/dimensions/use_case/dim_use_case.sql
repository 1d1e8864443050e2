with
    canonical as (select * from {{ ref('int_use_case_canonical') }} where canonical_code <> use_case_code),
    catalogue as (select * from {{ ref('stg_referential__use_cases') }} anti join canonical using (use_case_code)),
    declared as (select * from {{ ref('int_use_case_row') }} where is_latest),
    inventories as (select * from {{ ref('stg_lake__inventory_use_cases') }}),
    confidential as (select distinct use_case_code from {{ ref('int_confidential') }}),
    involvements as (select * from {{ ref('int_use_case_involvement') }}),
    decided as (select use_case_code from {{ ref('int_decision') }}),

    mentioned as (
        select use_case_code, bool_or(is_demonstration) as is_demonstration from involvements group by use_case_code
    ),

    codes as (
        select use_case_code from catalogue
        union
        select use_case_code from mentioned
        union
        select use_case_code from inventories
        union
        select use_case_code from decided
    ),

    described as (
        select
            codes.use_case_code,
            coalesce(inventories.source_code, '{{ var("own_source_code") }}') as source_code,
            coalesce(
                catalogue.use_case_label, declared.use_case_label, inventories.use_case_label, codes.use_case_code
            ) as use_case_label,
            coalesce(catalogue.need, declared.need, inventories.need) as need,
            case when catalogue.use_case_code is not null then catalogue.axis_code
                else coalesce(declared.axis_code, inventories.axis_code) end as axis_code,
            case when catalogue.use_case_code is not null then catalogue.axis_origin_code
                when declared.axis_code is not null then 'declared'
                when inventories.axis_code is not null then 'mapped' end as axis_origin_code,
            case when catalogue.use_case_code is not null then catalogue.segment_code
                else declared.segment_code end as segment_code,
            case when catalogue.use_case_code is not null then catalogue.segment_origin_code
                when declared.segment_code is not null then 'declared' end as segment_origin_code,
            coalesce(catalogue.domain_code, declared.domain_code, inventories.domain_code) as domain_code,
            confidential.use_case_code is not null as is_confidential,
            catalogue.use_case_code is not null as is_in_catalogue,
            catalogue.use_case_code is null and declared.use_case_code is null
                and inventories.use_case_code is null as is_inferred,
            catalogue.use_case_code is null and coalesce(mentioned.is_demonstration, false) as is_demonstration
        from codes
        left join catalogue using (use_case_code)
        left join declared using (use_case_code)
        left join inventories using (use_case_code)
        left join mentioned using (use_case_code)
        left join confidential using (use_case_code)
    )

select
    *,
    -- a hidden name that another chose too must not show in the title of the other
    case when is_confidential and not is_in_catalogue then use_case_label || ' (' || use_case_code || ')'
        else {{ unique_title('use_case_label', 'use_case_code', among='is_confidential and not is_in_catalogue') }}
    end as use_case_title
from described
