{{ config(materialized='replaced_view', tags=['analyse']) }}

-- What an establishment may know of the duplicates of its own use cases: nothing of what another keeps to the GCS.
with
    pairs as (select * from {{ ref('mart_duplicate_pair') }}),
    catalogue as (select * from {{ ref('dim_use_case') }} where is_in_catalogue),
    canonical as (select * from {{ ref('int_use_case_canonical') }}),
    hidden as (select * from {{ ref('int_confidential') }} where is_hidden_whole),

    described as (
        select distinct rows.organisation_code as reader_organisation_code, rows.written_code as use_case_code
        from {{ ref('int_use_case_row') }} as rows
        anti join catalogue on rows.written_code = catalogue.use_case_code
    ),

    sides as (
        select * from pairs
        union all
        select
            * replace (
                other_code as use_case_code,
                other_label as use_case_label,
                other_owner_label as owner_label,
                use_case_code as other_code,
                use_case_label as other_label,
                owner_label as other_owner_label
            )
        from pairs
    ),

    own as (
        select
            described.reader_organisation_code,
            sides.*,
            coalesce(one.canonical_code, sides.use_case_code) as one_counted_code,
            coalesce(other.canonical_code, sides.other_code) as other_counted_code
        from described
        inner join sides using (use_case_code)
        left join described as both_own
            on described.reader_organisation_code = both_own.reader_organisation_code
            and sides.other_code = both_own.use_case_code
        left join canonical as one on sides.use_case_code = one.use_case_code
        left join canonical as other on sides.other_code = other.use_case_code
        where both_own.use_case_code is null or sides.use_case_code < sides.other_code
    )

select
    reader_organisation_code,
    use_case_code,
    use_case_label,
    other_code,
    other_label,
    other_owner_label,
    likeness_score,
    state_code,
    state_label,
    state_rank,
    decided_on,
    is_demonstration
from own
where
    not exists (
        select 1
        from hidden
        where hidden.use_case_code in (own.one_counted_code, own.other_counted_code)
            and hidden.organisation_code <> own.reader_organisation_code
    )
