with
    periods as (select * from {{ ref('int_submission_period') }}),
    use_cases as (select * from {{ ref('stg_lake__use_cases') }}),
    canonical as (select * from {{ ref('int_use_case_canonical') }}),
    merged as (select * from canonical where canonical_code <> use_case_code),
    catalogue as (select * from {{ ref('stg_referential__use_cases') }} anti join merged using (use_case_code)),
    inventoried as (select * from {{ ref('int_inventory_period') }}),

    -- said of use cases, by precedence: described by an organisation; listed; only named
    described as (
        select
            use_cases.* replace (coalesce(canonical.canonical_code, use_cases.use_case_code) as use_case_code),
            case when canonical.canonical_code <> use_cases.use_case_code then 2 else 1 end as precedence,
            periods.organisation_code,
            periods.from_reception,
            periods.to_reception
        from use_cases
        inner join periods using (reception_number)
        left join canonical using (use_case_code)
    ),

    listed as (
        select use_case_code, 3 as precedence, 0 as from_reception, null as to_reception from catalogue
        union all
        select use_case_code, 3, from_reception, to_reception from inventoried
    ),

    -- of the periods that end together, the longest holds the others
    mentioned as (
        select coalesce(canonical.canonical_code, mentions.use_case_code) as use_case_code,
            min(periods.from_reception) as from_reception, periods.to_reception
        from {{ ref('int_use_case_mention') }} as mentions
        inner join periods using (reception_number)
        left join canonical using (use_case_code)
        group by all
        union
        select use_case_code, reception_number, null from {{ ref('int_decision') }}
    ),

    -- a mention says nothing but the code: thousands of receptions that name a use case are one period, or a few
    named as ({{ joined_periods('(from mentioned anti join catalogue using (use_case_code))', 'use_case_code') }}),

    said as (
        select * from described
        union all by name
        select * from listed
        union all by name
        select *, 4 as precedence from named
    ),

    refused as (
        select refused.use_case_code, refused.organisation_code, periods.from_reception, periods.to_reception
        from {{ ref('int_refused_confidential') }} as refused
        inner join periods using (reception_number)
    ),

    changing as (
        select use_case_code, from_reception, to_reception from said
        union all
        select use_case_code, from_reception, to_reception from refused
    ),

    moments as ({{ moments_of('changing', 'use_case_code') }}),

    refused_then as (
        select distinct moments.use_case_code, moments.moment, refused.organisation_code
        from moments
        inner join refused
            on moments.use_case_code = refused.use_case_code
            and {{ counts_at('refused', 'moments.moment') }}
    ),

    -- as int_use_case_row has it: « oui » holds for the establishment, and no such row describes the catalogue
    rows_then as (
        select
            moments.use_case_code,
            moments.moment,
            said.* exclude (use_case_code, is_confidential),
            bool_or(said.is_confidential or refusals.use_case_code is not null) over (
                partition by moments.use_case_code, moments.moment, said.organisation_code
            ) and catalogue.use_case_code is not null as is_silent,
            coalesce(
                bool_or(said.is_confidential) over (partition by moments.use_case_code, moments.moment), false
            ) or (moments.use_case_code, moments.moment) in (select (use_case_code, moment) from refused_then)
                as is_confidential
        from moments
        left join said
            on moments.use_case_code = said.use_case_code
            and {{ counts_at('said', 'moments.moment') }}
        left join catalogue on moments.use_case_code = catalogue.use_case_code
        left join refused_then as refusals
            on moments.use_case_code = refusals.use_case_code
            and moments.moment = refusals.moment
            and said.organisation_code = refusals.organisation_code
    ),

    row_then as (
        select *
        from rows_then
        qualify row_number() over (
            partition by use_case_code, moment
            order by coalesce(is_silent, false), precedence, reception_number desc, row_number desc, sheet
        ) = 1
    ),

    inventories as (
        select moments.moment, inventoried.*
        from moments
        inner join inventoried
            on moments.use_case_code = inventoried.use_case_code
            and {{ counts_at('inventoried', 'moments.moment') }}
    ),

    -- what the catalogue says comes first, as in dim_use_case
    states as (
        select
            rows_then.use_case_code,
            rows_then.moment,
            rows_then.precedence is not null as has_state,
            coalesce(inventories.source_code, '{{ var("own_source_code") }}') as source_code,
            coalesce(
                catalogue.use_case_label, rows_then.use_case_label, inventories.use_case_label, rows_then.use_case_code
            ) as use_case_label,
            coalesce(catalogue.need, rows_then.need, inventories.need) as need,
            case when catalogue.use_case_code is not null then catalogue.axis_code
                else coalesce(rows_then.axis_code, inventories.axis_code) end as axis_code,
            case when catalogue.use_case_code is not null then catalogue.axis_origin_code
                when rows_then.axis_code is not null then 'declared'
                when inventories.axis_code is not null then 'mapped' end as axis_origin_code,
            case when catalogue.use_case_code is not null then catalogue.segment_code
                else rows_then.segment_code end as segment_code,
            case when catalogue.use_case_code is not null then catalogue.segment_origin_code
                when rows_then.segment_code is not null then 'declared' end as segment_origin_code,
            coalesce(catalogue.domain_code, rows_then.domain_code, inventories.domain_code) as domain_code,
            coalesce(rows_then.is_confidential, false) as is_confidential,
            coalesce(rows_then.precedence = 4, false) as is_inferred
        from row_then as rows_then
        left join catalogue using (use_case_code)
        left join inventories using (use_case_code, moment)
    )

{{ versions_of('states', 'use_case_code') }}
