select * from {{ ref('stg_lake__snapshot_own_scores') }}
