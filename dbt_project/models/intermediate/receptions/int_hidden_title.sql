-- What a reader is shown in the place of the title of a use case that is hidden whole: the name that the reader's own
-- establishment gives it, or its code; and of its axis, the one that it gives. Who guesses the code of another's and
-- answers for it is not told its name.
with
    hidden as (select distinct use_case_code from {{ ref('int_confidential') }} where is_hidden_whole),
    use_cases as (select * from {{ ref('dim_use_case') }}),
    readers as (select reader_organisation_code from {{ ref('int_reader') }}),

    own_names as (
        select
            organisation_code,
            use_case_code,
            arg_max(use_case_label, (reception_number, row_number)) as use_case_label,
            arg_max_null(axis_code, (reception_number, row_number)) as axis_code
        from {{ ref('int_use_case_row') }}
        group by organisation_code, use_case_code
    )

select
    readers.reader_organisation_code,
    hidden.use_case_code,
    own_names.use_case_label,
    own_names.axis_code,
    case
        when own_names.use_case_label = use_cases.use_case_label then use_cases.use_case_title
        else coalesce(own_names.use_case_label || ' (' || hidden.use_case_code || ')', hidden.use_case_code)
    end as use_case_title
from hidden
cross join readers
inner join use_cases on hidden.use_case_code = use_cases.use_case_code
left join own_names
    on readers.reader_organisation_code = own_names.organisation_code
    and hidden.use_case_code = own_names.use_case_code
