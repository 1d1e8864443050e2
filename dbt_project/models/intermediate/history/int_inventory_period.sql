with
    versions as (select * from {{ ref('stg_lake__inventory_versions') }}),
    inventories as (select * from {{ ref('stg_lake__inventory_use_cases') }}),

    -- a delivery says all of its source until the next one, whatever that one says
    deliveries as (
        select
            source_code,
            reception_number,
            lead(reception_number) over (partition by source_code order by reception_number) as to_reception
        from (select distinct source_code, reception_number from versions)
    )

select
    versions.use_case_code,
    versions.source_code,
    versions.row_number,
    versions.organisation_code,
    versions.use_case_label,
    versions.need,
    versions.axis_code,
    versions.domain_code,
    versions.status_code,
    versions.reached_on,
    versions.reception_number as from_reception,
    deliveries.to_reception
from versions
inner join deliveries using (source_code, reception_number)
where versions.use_case_code is not null
union all
-- a source of which no delivery is known is as it is, and always was
select
    use_case_code, source_code, row_number, organisation_code, use_case_label, need, axis_code, domain_code,
    status_code, reached_on, 0, null
from inventories
anti join versions using (source_code)
