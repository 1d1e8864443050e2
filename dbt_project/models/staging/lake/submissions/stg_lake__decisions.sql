select * replace (coalesce(is_withdrawal, false) as is_withdrawal)
from {{ source('lake', 'decisions') }}
