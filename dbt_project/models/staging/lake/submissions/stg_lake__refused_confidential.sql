-- What the cell of a refused row does not deny: a word that nobody understood is one of the errors for which rows are
-- refused. Where it has none and a cell of the row shows an error (#REF!), a lost letter or two values, nobody knows.
with
    source as (select * from {{ source('lake', 'cells') }}),
    without_value as (
        select distinct reception_number, sheet, row_number
        from {{ source('lake', 'problems') }}
        where rule_code in ('E0207', 'E0247', 'E0290')
    ),

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
    refused.reception_number,
    refused.sheet,
    refused.row_number,
    refused.use_case_code
from refused
left join without_value using (reception_number, sheet, row_number)
where
    refused.use_case_code <> ''
    and case
        when coalesce(refused.said, '') = '' then without_value.reception_number is not null
        else refused.said not in ('non', 'n', '0', 'faux', 'false', 'no')
    end
