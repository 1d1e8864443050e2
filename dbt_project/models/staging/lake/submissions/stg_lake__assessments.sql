-- a free comment is read where it is asked about, never modelled
select * exclude (comment)
from {{ source('lake', 'assessments') }}
