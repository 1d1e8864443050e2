-- What the cell of a refused row does not deny: a word that nobody understood is one of the errors for which rows are
-- refused.
with
    source as (select * from {{ source('lake', 'cells') }}),

    refused as (
        select
            reception_number,
            sheet,
            row_number,
            upper(trim(max(case when column_code = 'cas_usage' then cell_text end))) as use_case_code,
            lower(trim(max(case when column_code = 'confidentiel' then cell_text end))) as said
        from source
        where sheet_code = 'cas_usage' and column_code in ('cas_usage', 'confidentiel') and not is_taken
        group by reception_number, sheet, row_number
    )

select
    reception_number,
    sheet,
    row_number,
    use_case_code
from refused
where use_case_code <> '' and said not in ('', 'non', 'n', '0', 'faux', 'false', 'no')
