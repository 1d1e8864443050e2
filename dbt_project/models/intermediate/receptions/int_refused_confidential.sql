-- A row that was refused says nothing of its use case but that it is confidential: the other sheets of the file still
-- speak of it, and an error beside the « oui » must not open them. A row on the use case of another hides nothing.
with
    refused as (select * from {{ ref('stg_lake__refused_confidential') }}),
    submissions as (select * from {{ ref('stg_lake__submissions') }}),
    catalogue as (select * from {{ ref('stg_referential__use_cases') }}),
    canonical as (select * from {{ ref('int_use_case_canonical') }})

select distinct
    refused.reception_number,
    submissions.organisation_code,
    coalesce(canonical.canonical_code, refused.use_case_code) as use_case_code
from refused
inner join submissions using (reception_number)
left join catalogue on refused.use_case_code = catalogue.use_case_code
left join canonical on refused.use_case_code = canonical.use_case_code
where
    catalogue.use_case_code is not null
    or starts_with(refused.use_case_code, submissions.organisation_code || '-')
