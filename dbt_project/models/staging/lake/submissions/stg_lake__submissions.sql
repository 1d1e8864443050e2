with
    source as (select * from {{ source('lake', 'submissions') }})

select
    reception_number,
    submission_key,
    organisation_code,
    campaign_code,
    dossier_code,
    submitted_on,
    is_withdrawal,
    template_version
from source
