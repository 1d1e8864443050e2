select * from {{ source('lake', 'inventory_use_cases') }}
