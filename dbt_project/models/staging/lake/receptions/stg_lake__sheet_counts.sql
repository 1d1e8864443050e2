select * from {{ source('lake', 'sheet_counts') }}
