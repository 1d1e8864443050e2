with
    versions as (select * from {{ ref('stg_lake__organisation_versions') }}),
    organisations as (select * from {{ ref('stg_referential__organisations') }}),
    entities as (select * from {{ ref('stg_lake__finess_entities') }}),
    sites as (select * from {{ ref('int_finess_entity') }}),
    legal_statuses as (select * from {{ ref('stg_referential__legal_statuses') }}),
    submissions as (select * from {{ ref('stg_lake__submissions') }}),
    inventories as (select * from {{ ref('stg_lake__inventory_use_cases') }}),

    -- a version of the site's file holds until the next one, whatever that one says
    periods as (
        select
            reception_number as from_reception,
            lead(reception_number) over (order by reception_number) as to_reception
        from (select distinct reception_number from versions where reception_number > 0)
    ),

    said as (
        select versions.*, 1 as precedence, periods.from_reception, periods.to_reception
        from versions
        inner join periods on versions.reception_number = periods.from_reception
        where versions.organisation_code is not null
        union all by name
        select *, 2 as precedence, 0 as from_reception from versions where reception_number = 0
        union all by name
        select organisation_code, organisation_label, ej_finess, sector_code, is_gcs_member, is_health_establishment,
            department_code, 2 as precedence, 0 as from_reception
        from organisations
        anti join versions using (organisation_code)
        union all by name
        select organisation_code, 3 as precedence, min(reception_number) as from_reception
        from submissions
        group by organisation_code
        union all by name
        select distinct organisation_code, 3 as precedence, 0 as from_reception
        from inventories
        where organisation_code is not null
    ),

    moments as ({{ moments_of('said', 'organisation_code') }}),

    rows_then as (
        select moments.organisation_code, moments.moment, said.* exclude (organisation_code)
        from moments
        left join said
            on moments.organisation_code = said.organisation_code
            and {{ counts_at('said', 'moments.moment') }}
        qualify row_number() over (
            partition by moments.organisation_code, moments.moment order by said.precedence, said.from_reception
        ) = 1
    ),

    -- what the registers at hand say fills what the referential does not, as in dim_establishment
    states as (
        select
            rows_then.organisation_code,
            rows_then.moment,
            rows_then.precedence is not null as has_state,
            coalesce(rows_then.organisation_label, entities.entity_label, rows_then.organisation_code)
                as organisation_label,
            coalesce(rows_then.ej_finess, entities.entity_finess, sites.entity_finess) as ej_finess,
            coalesce(rows_then.sector_code, legal_statuses.sector_code, sites.sector_code, 'inconnu') as sector_code,
            coalesce(rows_then.is_gcs_member, false) as is_gcs_member,
            coalesce(rows_then.is_health_establishment, false)
                or coalesce(sites.is_health_establishment, false) as is_health_establishment,
            coalesce(rows_then.department_code, entities.department_code, sites.department_code) as department_code,
            rows_then.precedence = 3 and entities.entity_finess is null and sites.entity_finess is null as is_inferred
        from rows_then
        left join entities on rows_then.organisation_code = entities.entity_finess
        left join sites on coalesce(rows_then.ej_finess, rows_then.organisation_code) = sites.entity_finess
        left join legal_statuses using (legal_status_code)
    )

{{ versions_of('states', 'organisation_code') }}
