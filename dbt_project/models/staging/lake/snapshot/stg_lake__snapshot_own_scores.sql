select * from {{ source('lake', 'snapshot_own_scores') }}
