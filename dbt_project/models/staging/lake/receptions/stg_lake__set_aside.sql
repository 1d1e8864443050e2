select * from {{ source('lake', 'set_aside') }}
