with
    stamps as (select * from {{ ref('stg_analysis__analysis_stamp') }})

select
    analysis_code,
    case analysis_code
        when 'robustness' then 'Robustesse aux poids'
        when 'agreement' then 'Accord des évaluateurs'
        when 'portfolio' then 'Sélection de portefeuille'
        when 'core' then 'Cœur de portefeuille'
    end as analysis_label,
    part_code,
    described_release
from stamps
