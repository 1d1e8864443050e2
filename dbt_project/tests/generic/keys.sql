{#
  The keys of a model in one query, since a dbt test costs more than its SQL:
  primary - the columns together are never null and never twice the same (not_null and unique);
  foreign - each column that is not null has its row in another model (relationships): a list of {column, to, field},
  field defaulting to column;
  touched - reply, campaign or trend: in a pass, the rows that it touched are looked at. The others were looked at when
  they were written, and a build from nothing touches all. Foreign stays looked at in all rows, whose parents may go
  without them; with joined=true, for a view that joins its parents and so has no row without them, in these rows only.
  The columns are read once: a view would be computed again for each key.
#}
{% test keys(model, primary=[], foreign=[], touched=none, joined=false) %}
    {%- set all_columns = (primary + foreign | map(attribute='column') | list) | unique %}
    {%- set are_apart = touched and not joined %}
    with keys as materialized (
        select {{ (primary if are_apart else all_columns) | join(', ') }} from {{ model }}
        {{ 'where ' ~ in_touched(touched) if touched }}
    )
    {% if primary %}
    select 'primary' as key_name, concat_ws('|', {{ primary | join(', ') }}) as key_value, count(*) as row_count
    from keys
    group by {{ primary | join(', ') }}
    having count(*) > 1 or {% for column in primary %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %}
    {{ 'union all' if foreign }}
    {% endif %}
    {% for key in foreign %}
    select '{{ key.column }}' as key_name, cast(child.{{ key.column }} as varchar) as key_value, child.row_count
    from (
        select {{ key.column }}, count(*) as row_count
        from {{ model if are_apart else 'keys' }}
        group by {{ key.column }}
    ) as child
    anti join {{ key.to }} as parent on child.{{ key.column }} = parent.{{ key.field or key.column }}
    where child.{{ key.column }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
{% endtest %}
