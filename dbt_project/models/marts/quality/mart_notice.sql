with
    submissions as (select * from {{ ref('fct_submission') }} where is_current),
    rejected_cells as (select * from {{ ref('fct_rejected_cell') }} where is_current),

    summary as (
        select
            count(*) as submission_count,
            max(received_at) as last_reception_at,
            max(received_on) as last_reception_on,
            coalesce(bool_or(is_demonstration), false) as is_demonstration,
            coalesce(bool_and(is_demonstration), false) as is_only_demonstration
        from submissions
    )

select
    case
        when submission_count = 0 then 'Aucune soumission n''a encore été prise en compte.'
        else
            case
                when is_only_demonstration
                    then 'Données de démonstration : les soumissions affichées sont fictives. '
                when is_demonstration
                    then 'Attention : des données de démonstration, fictives, figurent parmi '
                        || 'les données affichées. '
                else ''
            end || 'Dernière réception prise en compte : ' || strftime(last_reception_on, '%d/%m/%Y') || '.'
    end as notice_text,
    is_demonstration,
    last_reception_at,
    submission_count,
    (select count(*) from rejected_cells) as rejected_cell_count
from summary
