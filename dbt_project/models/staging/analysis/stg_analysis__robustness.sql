with
    source as (select * from {{ source('analysis', 'robustness') }})

select
    campaign_code,
    perimeter_code,
    use_case_code,
    draw_count,
    seed,
    victoire_rapide_count,
    projet_majeur_count,
    tache_de_fond_count,
    a_ecarter_count,
    first_ten_count,
    rank_sum,
    rank_p05,
    rank_p95
from source
