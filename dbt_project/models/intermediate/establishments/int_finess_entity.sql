with
    sites as (select * from {{ ref('stg_lake__finess_sites') }}),
    categories as (select * from {{ ref('stg_referential__aggregate_categories') }}),
    psph_codes as (select * from {{ ref('stg_referential__psph_codes') }} where sector_code <> 'inconnu')

select
    sites.entity_finess,
    count(*) as site_count,
    coalesce(bool_or(categories.is_health_establishment), false) as is_health_establishment,
    case when count(distinct psph_codes.sector_code) = 1 then min(psph_codes.sector_code) end as sector_code,
    case when count(distinct sites.department_code) = 1 then min(sites.department_code) end as department_code
from sites
left join categories using (aggregate_category_code)
left join psph_codes using (psph_code)
where sites.entity_finess is not null and not sites.is_closed
group by sites.entity_finess
