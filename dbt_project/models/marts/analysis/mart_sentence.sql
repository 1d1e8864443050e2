{{ config(materialized='replaced_view') }}

-- What the report says in brief, the entrance too, and each page at its top: written once, from what they show.
-- Here, and not beside the matrix, because draws and portfolios are computed after a publication.
with
    matrix as (select * from {{ ref('mart_portfolio_matrix') }}),
    scores as (select * from {{ ref('int_quadrant') }}),
    portfolios as (select * from {{ ref('int_portfolio') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),
    confidential as (select use_case_code from {{ ref('dim_use_case') }} where is_confidential),
    draws as (
        select campaign_code, perimeter_code, use_case_code, victoire_rapide_share from {{ ref('mart_robustness') }}
    ),

    thresholds as (
        select
            max(threshold_value) filter (where threshold_code = 'BORDERLINE_WIDTH') as borderline_width,
            max(threshold_value) filter (where threshold_code = 'INCOMPLETE_BELOW') as incomplete_below
        from {{ ref('dim_threshold') }}
    ),

    places as (
        select
            matrix.campaign_code,
            matrix.campaign_label,
            matrix.campaign_rank,
            matrix.profile_code,
            matrix.profile_label,
            matrix.perimeter_code,
            matrix.perimeter_label,
            matrix.perimeter_rank,
            bool_or(matrix.is_demonstration) as is_demonstration,
            count(*) filter (where matrix.establishment_count > 0) as assessed_count,
            count(*) filter (where coalesce(matrix.establishment_count, 0) = 0) as described_count,
            count(*) filter (where matrix.quadrant_code = 'non_evalue') as unplaced_count,
            count(*) filter (where matrix.quadrant_code <> 'non_evalue') as placed_count,
            count(*) filter (where matrix.quadrant_code = 'victoire_rapide') as win_count,
            count(*) filter (where matrix.quadrant_code = 'victoire_rapide' and draws.use_case_code is not null)
                as drawn_count,
            count(*) filter (
                where matrix.quadrant_code = 'victoire_rapide'
                and draws.victoire_rapide_share > {{ var('steady_share') }}
            ) as steady_count,
            count(*) filter (where matrix.quadrant_code <> 'non_evalue' and matrix.is_certain) as certain_count,
            count(*) filter (where matrix.quadrant_code <> 'non_evalue' and matrix.is_borderline) as borderline_count,
            count(*) filter (where matrix.is_incomplete) as incomplete_count,
            list(
                {{ quoted(
                    "matrix.use_case_title"
                    ~ " || case when confidential.use_case_code is null then '' else ' (confidentiel)' end"
                ) }}
                || ' (' || {{ in_french('matrix.priority_score', 1) }} || ')'
                order by matrix.priority_rank, matrix.use_case_title
            ) filter (where matrix.priority_rank <= 3)[:3] as first_names
        from matrix
        left join draws using (campaign_code, perimeter_code, use_case_code)
        left join confidential using (use_case_code)
        group by all
    ),

    assessors as (
        select
            assessments.campaign_code,
            members.perimeter_code,
            count(distinct assessments.organisation_code || '|' || assessments.assessor_code) as assessor_count,
            count(distinct assessments.organisation_code) as establishment_count
        from {{ ref('fct_assessment') }} as assessments
        inner join {{ ref('int_perimeter_member') }} as members using (organisation_code)
        group by assessments.campaign_code, members.perimeter_code
    ),

    moves as (
        select
            portfolios.campaign_code,
            portfolios.perimeter_code,
            present.profile_code,
            any_value(previous.campaign_title) as previous_campaign_label,
            count(*) filter (where present.quadrant_code <> before.quadrant_code) as moved_count,
            count(*) filter (where present.establishment_count > 0 and coalesce(before.establishment_count, 0) = 0)
                as new_count
        from scores as present
        inner join portfolios using (portfolio_key)
        inner join campaigns as previous on portfolios.previous_campaign_code = previous.campaign_code
        left join scores as before
            on portfolios.previous_portfolio_key = before.portfolio_key
            and present.profile_code = before.profile_code
            and present.use_case_code = before.use_case_code
        group by portfolios.campaign_code, portfolios.perimeter_code, present.profile_code
    ),

    scenarios as (select * from {{ ref('mart_portfolio_scenario') }} where selected_count > 0),

    due as (
        select perimeter_code, count(*) as due_count
        from {{ ref('mart_decision') }}
        where is_latest and is_review_due
        group by perimeter_code
    ),

    silent as (
        select campaign_code, count(*) as silent_count
        from {{ ref('mart_participation') }}
        where is_expected and not has_answered
        group by campaign_code
    ),

    pairs as (select count(*) as pair_count from {{ ref('mart_duplicate_pair') }} where is_waiting),

    said as (
        select
            places.*,
            'scope' as topic_code,
            1 as sentence_rank,
            'matrice' as page_code,
            {{ counted('assessed_count', "cas d'usage a été évalué par", "cas d'usage ont été évalués par") }} || ' '
            || {{ counted('coalesce(assessor_count, 0)', 'évaluateur', 'évaluateurs') }} || ' de '
            || {{ counted('coalesce(establishment_count, 0)', 'établissement', 'établissements') }} || ' : campagne '
            || {{ quoted('campaign_label') }} || ', périmètre ' || {{ quoted('perimeter_label') }}
            || ', profil de pondération ' || {{ quoted('profile_label') }}
            || case when described_count = 0 then '' else ' ; '
                || {{ counted(
                    'described_count', "autre, décrit, ne l'a pas été", "autres, décrits, ne l'ont pas été"
                ) }}
            end
            || '.' as sentence_text
        from places
        left join assessors using (campaign_code, perimeter_code)
        union all by name
        select
            places.*,
            'quick_wins' as topic_code,
            2 as sentence_rank,
            'matrice' as page_code,
            case when win_count = 0 then 'Aucun' else {{ in_french('win_count') }} end
            || ' sur ' || {{ in_french('placed_count') }}
            || case when win_count = 0 then ' n''est une victoire rapide'
                else {{ of_one_or_many('win_count', ' est une victoire rapide', ' sont des victoires rapides') }} end
            || case when drawn_count = 0 then '' else ' ; '
                || case when steady_count = 0 then 'aucune ne le reste'
                    else {{ in_french('steady_count') }}
                        || {{ of_one_or_many('steady_count', ' le reste', ' le restent') }} end || ' dans plus de '
                || {{ in_french(var('steady_share') ~ ' * 100') }} || chr(8239) || '% des tirages de poids' end
            || '.' as sentence_text
        from places
        union all by name
        select
            places.*,
            'first_ones' as topic_code,
            3 as sentence_rank,
            'matrice' as page_code,
            case when len(first_names) = 1 then 'Le premier' else 'Les premiers' end
                || ' par indice de priorité : ' || {{ listed('first_names') }} || '.' as sentence_text
        from places
        where len(first_names) > 0
        union all by name
        select
            places.*,
            'certainty' as topic_code,
            4 as sentence_rank,
            'matrice' as page_code,
            case when certain_count = 0
                then 'De chaque cas d''usage, le quadrant peut changer avec les réponses qui manquent ; '
                else 'Pour ' || {{ counted('certain_count', "cas d'usage", "cas d'usage") }}
                    || ', le quadrant ne changerait pas quelles que soient les réponses qui manquent ; ' end
            || case when borderline_count = 0 then 'aucun n''est'
                else {{ in_french('borderline_count') }}
                    || {{ of_one_or_many('borderline_count', ' est', ' sont') }} end || ' à '
            || {{ in_french('borderline_width') }} || ' points ou moins d''un seuil.' as sentence_text
        from places
        cross join thresholds
        union all by name
        select
            places.*,
            'incomplete' as topic_code,
            5 as sentence_rank,
            'qualite' as page_code,
            case when incomplete_count = 0 then {{ counted('unplaced_count', "cas d'usage", "cas d'usage") }}
                else {{ counted('incomplete_count', "cas d'usage", "cas d'usage") }} || ' à compléter (moins de '
                    || {{ in_french('100 * incomplete_below') }} || chr(8239) || '% des réponses sur un côté)'
                    || case when unplaced_count = 0 then '' else ', dont ' || {{ in_french('unplaced_count') }} end
            end
            || case when unplaced_count = 0 then '' else ' sans note sur un côté' end
            || '.' as sentence_text
        from places
        cross join thresholds
        where incomplete_count + unplaced_count > 0
        union all by name
        select
            places.*,
            'moves' as topic_code,
            6 as sentence_rank,
            'matrice' as page_code,
            'Depuis la campagne ' || {{ quoted('previous_campaign_label') }} || ', '
            || case when moved_count = 0 then 'aucun cas d''usage n''a changé de quadrant'
                else {{ counted(
                    'moved_count', "cas d'usage a changé de quadrant", "cas d'usage ont changé de quadrant"
                ) }}
            end
            || case when new_count = 0 then ''
                else ' et ' || {{ counted('new_count', 'est nouveau', 'sont nouveaux') }}
            end
            || '.' as sentence_text
        from places
        inner join moves using (campaign_code, profile_code, perimeter_code)
        union all by name
        select
            places.*,
            'scenario' as topic_code,
            6 + scenario_rank as sentence_rank,
            'decisions' as page_code,
            'Le scénario ' || {{ quoted('scenario_label') }} || ' retient '
            || {{ counted('selected_count', "cas d'usage", "cas d'usage") }} || ' pour un impact total de '
            || {{ in_french('impact_total', 1) }} || ' points.' as sentence_text
        from places
        inner join (
            select campaign_code, perimeter_code, scenario_rank, scenario_label, selected_count, impact_total
            from scenarios
        ) as scenarios using (campaign_code, perimeter_code)
        union all by name
        select
            places.*,
            'reviews' as topic_code,
            101 as sentence_rank,
            'decisions' as page_code,
            {{ counted('due_count', 'décision du comité est', 'décisions du comité sont') }} || ' à revoir.'
                as sentence_text
        from places
        inner join due using (perimeter_code)
        union all by name
        select
            places.*,
            'silent' as topic_code,
            102 as sentence_rank,
            'qualite' as page_code,
            {{ counted('silent_count', "établissement attendu n'a", "établissements attendus n'ont") }}
            || ' pas encore répondu.' as sentence_text
        from places
        inner join silent using (campaign_code)
        union all by name
        select
            places.*,
            'duplicates' as topic_code,
            103 as sentence_rank,
            'qualite' as page_code,
            {{ counted(
                'pair_count',
                "paire de cas d'usage, qui n'en fait peut-être qu'un, attend",
                "paires de cas d'usage, qui n'en font peut-être qu'un, attendent",
            ) }} || ' une décision.' as sentence_text
        from places
        cross join pairs
        where pair_count > 0
        union all by name
        select
            places.*,
            'deadline' as topic_code,
            104 as sentence_rank,
            'qualite' as page_code,
            campaigns.deadline_on,
            'Les réponses à la campagne ' || {{ quoted('places.campaign_label') }} || ' sont attendues pour le '
            || strftime(campaigns.deadline_on, '%d/%m/%Y') || '.' as sentence_text
        from places
        inner join campaigns using (campaign_code)
        where campaigns.deadline_on is not null
    )

select
    campaign_code,
    campaign_label,
    campaign_rank,
    profile_code,
    profile_label,
    perimeter_code,
    perimeter_label,
    topic_code,
    cast(sentence_rank as integer) as sentence_rank,
    sentence_rank > 100 as is_waiting,
    page_code,
    sentence_text,
    -- how many days are left depends on the day of who reads: the page counts them
    deadline_on,
    -- what the entrance shows: the newest campaign, for the GCS where one of its members answered
    profile_code = '{{ var("default_profile_code") }}' and dense_rank() over (
        partition by profile_code order by campaign_rank desc, perimeter_rank
    ) = 1 as is_newest,
    is_demonstration
from said
