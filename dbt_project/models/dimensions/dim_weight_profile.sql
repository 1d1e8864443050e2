with
    weight_profiles as (select * from {{ ref('stg_referential__weight_profiles') }})

select
    *,
    {{ unique_title('profile_label', 'profile_code') }} as profile_title
from weight_profiles
