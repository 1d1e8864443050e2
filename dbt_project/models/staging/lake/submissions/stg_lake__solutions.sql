select * from {{ source('lake', 'solutions') }}
