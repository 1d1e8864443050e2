with
    pairs as (select * from {{ ref('stg_analysis__duplicate_pair') }}),
    canonical as (select * from {{ ref('int_use_case_canonical') }}),
    use_cases as (select * from {{ ref('dim_use_case') }}),

    -- a merged code is no longer in the dimension: the one that counts for it speaks for both
    known as (
        select codes.use_case_code, use_cases.is_confidential, use_cases.is_demonstration
        from (
            select use_case_code from pairs
            union
            select other_code from pairs
        ) as codes
        left join canonical on codes.use_case_code = canonical.use_case_code
        inner join use_cases on coalesce(canonical.canonical_code, codes.use_case_code) = use_cases.use_case_code
    ),

    placed as (
        select
            pairs.*,
            case pairs.decision_code
                when 'meme' then 'meme'
                when 'different' then 'different'
                when 'plus_tard' then 'plus_tard'
                else 'en_attente'
            end as state_code
        from pairs
    )

select
    placed.use_case_code,
    placed.use_case_label,
    placed.owner_label,
    placed.other_code,
    placed.other_label,
    placed.other_owner_label,
    cast(placed.likeness as decimal(9, 6)) as likeness_score,
    concat_ws(' ; ', placed.reasons, 'avis de ' || replace(placed.suggestions, chr(10), ' ; avis de ')) as reasons,
    placed.state_code,
    case placed.state_code
        when 'en_attente' then 'En attente'
        when 'plus_tard' then 'Remis à plus tard'
        when 'meme' then 'Réunis'
        when 'different' then 'Gardés séparés'
    end as state_label,
    case placed.state_code when 'en_attente' then 1 when 'plus_tard' then 2 when 'meme' then 3 else 4 end as state_rank,
    placed.state_code in ('en_attente', 'plus_tard') as is_waiting,
    placed.decided_on,
    placed.decided_by,
    placed.decision_reason,
    placed.suggestions,
    coalesce(one.is_confidential, false) or coalesce(other.is_confidential, false) as is_confidential,
    coalesce(one.is_demonstration, false) or coalesce(other.is_demonstration, false) as is_demonstration
from placed
left join known as one on placed.use_case_code = one.use_case_code
left join known as other on placed.other_code = other.use_case_code
