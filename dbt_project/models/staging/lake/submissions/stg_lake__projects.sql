select * from {{ source('lake', 'projects') }}
