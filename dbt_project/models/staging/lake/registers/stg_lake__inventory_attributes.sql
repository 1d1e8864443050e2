select * rename (dimension as dimension_code)
from {{ source('lake', 'inventory_attributes') }}
