select * rename (dimension as dimension_code)
from {{ source('lake', 'use_case_attributes') }}
