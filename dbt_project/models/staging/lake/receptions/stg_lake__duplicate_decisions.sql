select * from {{ source('lake', 'duplicate_decisions') }}
