{#
  History of slowly changing dimensions, from rows that count during a period of receptions.

  A row counts from its own reception until the one that replaces or withdraws its submission. At each reception where
  a row of a key comes or goes, the rows that count are compared as the present dimension compares them; a version
  begins where what they say changes. Numbers of receptions bound a version; days are those of these receptions, so
  that nothing depends on the clock or on the order of processing. Reception 0 stands for what was known before any.
#}

{# Every reception at which a row of the key comes or goes. Grain: key × moment. #}
{% macro moments_of(rows, key) -%}
    select {{ key }}, from_reception as moment from {{ rows }}
    union
    select {{ key }}, to_reception from {{ rows }} where to_reception is not null
{%- endmacro %}

{# Whether a row counts at a moment. #}
{% macro counts_at(row, moment) -%}
    {{ row }}.from_reception <= {{ moment }} and coalesce({{ moment }} < {{ row }}.to_reception, true)
{%- endmacro %}

{#
  The versions of each key from its states (key, moment, has_state, and whatever else is an attribute); without state,
  it is withdrawn.
#}
{% macro versions_of(states, key) -%}
    select
        changes.{{ key }},
        row_number() over (partition by changes.{{ key }} order by changes.moment) as version_number,
        unnest(changes.attributes),
        began.received_on as valid_from,
        ended.received_on as valid_to,
        nullif(changes.moment, 0) as valid_from_reception,
        changes.next_moment as valid_to_reception,
        changes.next_moment is null as is_current
    from (
        select *, lead(moment) over (partition by {{ key }} order by moment) as next_moment
        from (
            select
                *,
                lag(case when has_state then attributes end)
                    over (partition by {{ key }} order by moment) as previous_attributes,
                row_number() over (partition by {{ key }} order by moment) = 1 as is_first
            from (
                select
                    {{ key }},
                    moment,
                    has_state,
                    struct_pack(*columns(* exclude ({{ key }}, moment, has_state))) as attributes
                from {{ states }}
            )
        )
        where is_first or (case when has_state then attributes end) is distinct from previous_attributes
    ) as changes
    left join {{ ref('int_reception_day') }} as began on changes.moment = began.reception_number
    left join {{ ref('int_reception_day') }} as ended on changes.next_moment = ended.reception_number
    where changes.has_state
{%- endmacro %}

{# Periods of each key that overlap or follow one another, as one. Grain: key × period. #}
{% macro joined_periods(periods, key) -%}
    {%- set for_ever = 9223372036854775807 -%}
    select {{ key }}, min(from_reception) as from_reception, nullif(max(ends_at), {{ for_ever }}) as to_reception
    from (
        select *, count(*) filter (where is_first) over (
            partition by {{ key }} order by from_reception, ends_at rows unbounded preceding
        ) as period_number
        from (
            select
                {{ key }},
                from_reception,
                coalesce(to_reception, {{ for_ever }}) as ends_at,
                coalesce(from_reception > max(coalesce(to_reception, {{ for_ever }})) over (
                    partition by {{ key }} order by from_reception, coalesce(to_reception, {{ for_ever }})
                    rows between unbounded preceding and 1 preceding
                ), true) as is_first
            from {{ periods }}
        )
    )
    group by {{ key }}, period_number
{%- endmacro %}
