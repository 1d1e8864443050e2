select * from {{ source('lake', 'project_statuses') }}
