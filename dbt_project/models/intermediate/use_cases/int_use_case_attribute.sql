with
    catalogue_attributes as (select * from {{ ref('stg_referential__use_case_attributes') }}),
    catalogue as (select * from {{ ref('stg_referential__use_cases') }}),
    use_case_rows as (select * from {{ ref('int_use_case_row') }}),
    declared_attributes as (select * from {{ ref('stg_lake__use_case_attributes') }}),
    inventory_attributes as (select * from {{ ref('stg_lake__inventory_attributes') }}),
    canonical as (select * from {{ ref('int_use_case_canonical') }}),

    -- a use case of the catalogue that counts under another code leaves its attributes behind
    catalogued as (
        select catalogue_attributes.*
        from catalogue_attributes
        anti join canonical
            on catalogue_attributes.use_case_code = canonical.use_case_code
            and canonical.canonical_code <> canonical.use_case_code
    ),

    declared as (
        select distinct
            use_case_rows.use_case_code,
            declared_attributes.dimension_code,
            declared_attributes.attribute_code,
            'declared' as origin_code
        from declared_attributes
        inner join use_case_rows using (reception_number, sheet, row_number)
        anti join catalogue on use_case_rows.use_case_code = catalogue.use_case_code
        where use_case_rows.is_latest
    ),

    mapped as (
        select distinct use_case_code, dimension_code, attribute_code, 'mapped' as origin_code
        from inventory_attributes
    )

select use_case_code, dimension_code, attribute_code, origin_code from catalogued
union all
select use_case_code, dimension_code, attribute_code, origin_code from declared
union all
select use_case_code, dimension_code, attribute_code, origin_code from mapped
