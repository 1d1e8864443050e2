select * from {{ source('lake', 'objectives') }}
