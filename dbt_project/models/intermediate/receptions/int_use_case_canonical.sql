with recursive
    decisions as (select * from {{ ref('stg_lake__duplicate_decisions') }}),
    catalogue as (select * from {{ ref('stg_referential__use_cases') }}),
    inventories as (select * from {{ ref('stg_lake__inventory_use_cases') }}),
    set_aside as (select * from {{ ref('stg_lake__set_aside') }}),
    mentions as (select * from {{ ref('int_use_case_mention') }}),

    latest as (
        select *
        from decisions
        qualify row_number() over (partition by use_case_code, other_code order by decision_number desc) = 1
    ),

    links as (
        select use_case_code, other_code from latest where decision_code = 'meme'
        union
        select other_code, use_case_code from latest where decision_code = 'meme'
    ),

    -- a foreign inventory's use cases are compared with ours, never merged into them
    own_links as (
        select links.*
        from links
        anti join inventories on links.use_case_code = inventories.use_case_code
        anti join inventories as others on links.other_code = others.use_case_code
    ),

    reached as (
        select use_case_code, use_case_code as reached_code from own_links
        union
        select reached.use_case_code, own_links.other_code
        from reached
        inner join own_links on reached.reached_code = own_links.use_case_code
    ),

    first_receptions as (
        select use_case_code, min(reception_number) as reception_number
        from mentions
        semi join own_links using (use_case_code)
        anti join set_aside using (reception_number)
        group by use_case_code
    )

select
    reached.use_case_code,
    reached.reached_code as canonical_code
from reached
left join catalogue on reached.reached_code = catalogue.use_case_code
left join first_receptions on reached.reached_code = first_receptions.use_case_code
qualify row_number() over (
    partition by reached.use_case_code
    order by
        catalogue.use_case_code is null,
        catalogue.use_case_rank nulls last,
        first_receptions.reception_number nulls last,
        reached.reached_code
) = 1
