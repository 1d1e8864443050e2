with
    organisations as (select * from {{ ref('stg_referential__organisations') }}),
    entities as (select * from {{ ref('stg_lake__finess_entities') }}),
    sites as (select * from {{ ref('int_finess_entity') }}),
    legal_statuses as (select * from {{ ref('stg_referential__legal_statuses') }}),
    submissions as (select * from {{ ref('stg_lake__submissions') }}),
    inventories as (select * from {{ ref('stg_lake__inventory_use_cases') }}),
    size_classes as (select * from {{ source('referential', 'size_classes') }}),

    codes as (
        select organisation_code from organisations
        union
        select organisation_code from submissions
        union
        select organisation_code from inventories where organisation_code is not null
    ),

    inventory_sources as (
        select organisation_code, min(source_code) as source_code from inventories group by organisation_code
    ),

    described as (
        select
            codes.organisation_code,
            coalesce(organisations.organisation_label, entities.entity_label, codes.organisation_code)
                as organisation_label,
            coalesce(organisations.ej_finess, entities.entity_finess, sites.entity_finess) as ej_finess,
            coalesce(organisations.sector_code, legal_statuses.sector_code, sites.sector_code, 'inconnu')
                as sector_code,
            coalesce(organisations.is_gcs_member, false) as is_gcs_member,
            coalesce(organisations.is_health_establishment, false)
                or coalesce(sites.is_health_establishment, false) as is_health_establishment,
            organisations.country_code,
            coalesce(organisations.department_code, entities.department_code, sites.department_code)
                as department_code,
            coalesce(sites.site_count, 0) as site_count,
            coalesce(organisations.source_code, inventory_sources.source_code, '{{ var("own_source_code") }}')
                as source_code,
            organisations.origin_code,
            organisations.organisation_code is null and entities.entity_finess is null
                and sites.entity_finess is null as is_inferred
        from codes
        left join organisations using (organisation_code)
        left join entities on codes.organisation_code = entities.entity_finess
        left join sites on coalesce(organisations.ej_finess, codes.organisation_code) = sites.entity_finess
        left join legal_statuses using (legal_status_code)
        left join inventory_sources on codes.organisation_code = inventory_sources.organisation_code
    )

select
    described.*,
    size_classes.code as size_class_code,
    size_classes.label as size_class_label,
    size_classes.rank as size_class_rank,
    {{ unique_title('organisation_label', 'organisation_code') }} as organisation_title
from described
asof left join size_classes on described.site_count >= size_classes.minimum_site_count
