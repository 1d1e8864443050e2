select * from {{ source('lake', 'submissions') }}
