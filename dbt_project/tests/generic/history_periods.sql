{#
  The versions of each key follow one another: numbered without a gap, none empty, none over another, days in the order
  of receptions, at most one current; and the current versions say what the present dimension says, no more, no less.
#}
{% test history_periods(model, key, present) %}
    {%- set of_versions = [key, 'version_number', 'valid_from', 'valid_to', 'valid_from_reception',
        'valid_to_reception', 'is_current'] -%}
    {%- set said = adapter.get_columns_in_relation(model) | map(attribute='name') | reject('in', of_versions)
        if execute else [] -%}
    {%- set attributes = ([key] + said | list) | join(', ') -%}
    select 'period' as problem, cast({{ key }} as varchar) as key_value
    from (
        select
            *,
            lag(valid_to_reception) over by_key as previous_end,
            lag(valid_from_reception) over by_key as previous_start,
            lag(version_number, 1, 0) over by_key as previous_number,
            lag(is_current, 1, false) over by_key as was_current
        from {{ model }}
        window by_key as (partition by {{ key }} order by version_number)
    )
    where
        version_number <> previous_number + 1
        or was_current
        or coalesce(valid_from_reception, 0) >= valid_to_reception
        or (version_number > 1 and valid_from_reception is null)
        or valid_from_reception < previous_end
        or valid_from > valid_to
        or is_current <> (valid_to_reception is null)
        or (valid_to is null) <> (valid_to_reception is null)
    union all
    (
        select 'current', cast({{ key }} as varchar) from (
            (select {{ attributes }} from {{ model }} where is_current)
            except all
            (select {{ attributes }} from {{ present }})
        )
    )
    union all
    (
        select 'present', cast({{ key }} as varchar) from (
            (select {{ attributes }} from {{ present }})
            except all
            (select {{ attributes }} from {{ model }} where is_current)
        )
    )
{% endtest %}
