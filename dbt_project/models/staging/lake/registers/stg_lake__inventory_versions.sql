select * from {{ source('lake', 'inventory_versions') }}
