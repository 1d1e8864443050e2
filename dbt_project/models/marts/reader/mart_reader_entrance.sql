{{ config(materialized='replaced_view', tags=['analyse']) }}

-- What an establishment reads first: its own numbers, sentences and what waits for it. Nothing here is of another one.
with
    readers as (select * from {{ ref('int_reader') }}),
    campaigns as (select * from {{ ref('dim_campaign') }}),

    figures as (
        select
            perimeter_code as reader_organisation_code,
            'chiffre' as part_code,
            figure_rank as line_rank,
            figure_label as line_text,
            value_text,
            change_text,
            null as deadline_on,
            is_demonstration
        from {{ ref('mart_entrance_figure') }}
    ),

    -- who answered for a use case that is hidden whole, and is shown another title than the coordinators
    not_told as (
        select distinct shown.reader_organisation_code
        from {{ ref('mart_reader_matrix') }} as shown
        inner join {{ ref('int_hidden_title') }} as hidden
            on shown.reader_organisation_code = hidden.reader_organisation_code
            and shown.use_case_code = hidden.use_case_code
        inner join {{ ref('dim_use_case') }} as use_cases on hidden.use_case_code = use_cases.use_case_code
        where hidden.use_case_title is distinct from use_cases.use_case_title
    ),

    -- decisions, silent establishments and pairs of use cases are the coordinators'
    sentences as (
        select
            perimeter_code as reader_organisation_code,
            case when is_waiting then 'attente' else 'phrase' end as part_code,
            sentence_rank as line_rank,
            sentence_text as line_text,
            null as value_text,
            null as change_text,
            deadline_on,
            is_demonstration
        from {{ ref('mart_sentence') }}
        where
            profile_code = '{{ var("default_profile_code") }}'
            and (
                topic_code in ('scope', 'incomplete', 'deadline')
                or perimeter_code not in (select reader_organisation_code from not_told)
            )
            and topic_code in ('scope', 'quick_wins', 'first_ones', 'certainty', 'incomplete', 'moves', 'deadline')
        qualify campaign_rank = max(campaign_rank) over (partition by perimeter_code)
    ),

    expected as (
        select *
        from {{ ref('mart_participation') }}
        where is_expected
        qualify row_number() over (partition by organisation_code order by campaign_rank desc) = 1
    ),

    missing as (
        select
            expected.organisation_code as reader_organisation_code,
            'attente' as part_code,
            1 as line_rank,
            'Votre réponse à la campagne ' || {{ quoted('expected.campaign_label') }} || ' est attendue.' as line_text,
            null as value_text,
            null as change_text,
            campaigns.deadline_on,
            expected.is_demonstration
        from expected
        inner join campaigns using (campaign_code)
        where not expected.has_answered
    ),

    cells as (
        select
            reader_organisation_code,
            'attente' as part_code,
            2 as line_rank,
            {{ counted(
                'count(*)', "cellule de vos envois n'a pas été prise", "cellules de vos envois n'ont pas été prises"
            ) }} || ' : corrigez-les et envoyez de nouveau.' as line_text,
            null as value_text,
            null as change_text,
            null as deadline_on,
            bool_or(is_demonstration) as is_demonstration
        from {{ ref('mart_reader_rejected_cell') }}
        group by reader_organisation_code
    ),

    unanswered as (
        select
            organisation_code as reader_organisation_code,
            'attente' as part_code,
            3 as line_rank,
            {{ counted(
                'sum(unanswered_count)', "question est restée sans réponse", "questions sont restées sans réponse"
            ) }} || ' à la campagne ' || {{ quoted('campaign_label') }} || '.' as line_text,
            null as value_text,
            null as change_text,
            null as deadline_on,
            bool_or(is_demonstration) as is_demonstration
        from {{ ref('mart_unanswered') }}
        group by organisation_code, campaign_label, campaign_rank
        qualify campaign_rank = max(campaign_rank) over (partition by organisation_code)
    ),

    said as (
        from figures
        union all by name
        from sentences
        union all by name
        from missing
        union all by name
        from cells
        union all by name
        from unanswered
    )

select
    readers.reader_organisation_code,
    readers.reader_organisation_label,
    said.part_code,
    cast(said.line_rank as integer) as line_rank,
    said.line_text,
    said.value_text,
    said.change_text,
    cast(said.deadline_on as date) as deadline_on,
    said.is_demonstration
from said
inner join readers using (reader_organisation_code)
