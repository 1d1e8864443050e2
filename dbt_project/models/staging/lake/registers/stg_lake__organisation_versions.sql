select * from {{ source('lake', 'organisation_versions') }}
