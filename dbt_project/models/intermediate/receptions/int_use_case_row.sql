with
    submissions as (select * from {{ ref('int_submission_counted') }}),
    use_cases as (select * from {{ ref('stg_lake__use_cases') }}),
    canonical as (select * from {{ ref('int_use_case_canonical') }}),
    catalogue as (select * from {{ ref('stg_referential__use_cases') }}),

    refused as (
        select distinct use_case_code, organisation_code
        from {{ ref('int_refused_confidential') }}
        semi join submissions using (reception_number)
    ),

    counted as (
        select
            use_cases.* replace (coalesce(canonical.canonical_code, use_cases.use_case_code) as use_case_code),
            use_cases.use_case_code as written_code,
            submissions.organisation_code,
            submissions.campaign_code,
            submissions.is_demonstration
        from use_cases
        inner join submissions using (reception_number)
        left join canonical using (use_case_code)
    ),

    -- « oui » in one row holds for all that the establishment says of the use case: an empty cell is no « non »
    kept as (
        select
            counted.* replace (
                bool_or(counted.is_confidential) over (partition by counted.organisation_code, counted.use_case_code)
                    or refused.use_case_code is not null as is_confidential
            ),
            catalogue.use_case_code is not null as is_in_catalogue
        from counted
        left join catalogue on counted.use_case_code = catalogue.use_case_code
        left join refused
            on counted.use_case_code = refused.use_case_code
            and counted.organisation_code = refused.organisation_code
    )

-- Among merged use cases, the one whose code is kept describes them all as long as somebody describes it. Nobody's
-- confidential words describe a use case of the catalogue: it is everybody's.
select
    * exclude (is_in_catalogue),
    not (is_in_catalogue and is_confidential) and row_number() over (
        partition by use_case_code
        order by
            is_in_catalogue and is_confidential,
            written_code = use_case_code desc,
            reception_number desc,
            row_number desc,
            sheet
    ) = 1 as is_latest
from kept
