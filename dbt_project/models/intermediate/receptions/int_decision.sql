with
    decisions as (select * from {{ ref('stg_lake__decisions') }}),
    set_aside as (select * from {{ ref('stg_lake__set_aside') }}),
    canonical as (select * from {{ ref('int_use_case_canonical') }}),

    counted as (
        select decisions.* replace (coalesce(canonical.canonical_code, decisions.use_case_code) as use_case_code)
        from decisions
        anti join set_aside using (reception_number)
        left join canonical using (use_case_code)
    )

select
    *,
    not is_withdrawal and row_number() over (
        partition by use_case_code, perimeter_code, committee_on
        order by reception_number desc, row_number desc, sheet
    ) = 1 as is_current
from counted
