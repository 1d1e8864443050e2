{#
  The keys of a model in one query, since a dbt test costs more than its SQL:
  primary - the columns together are never null and never twice the same (not_null and unique);
  foreign - each column that is not null has its row in another model (relationships): a list of {column, to, field},
  field defaulting to column.
  The columns are read once: a view would be computed again for each key.
#}
{% test keys(model, primary=[], foreign=[]) %}
    with keys as materialized (
        select {{ (primary + foreign | map(attribute='column') | list) | unique | join(', ') }} from {{ model }}
    )
    {% if primary %}
    select 'primary' as key_name, concat_ws('|', {{ primary | join(', ') }}) as key_value, count(*) as row_count
    from keys
    group by {{ primary | join(', ') }}
    having count(*) > 1 or {% for column in primary %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %}
    {{ 'union all' if foreign }}
    {% endif %}
    {% for key in foreign %}
    select '{{ key.column }}' as key_name, cast(child.{{ key.column }} as varchar) as key_value, count(*) as row_count
    from keys as child
    anti join {{ key.to }} as parent on child.{{ key.column }} = parent.{{ key.field or key.column }}
    where child.{{ key.column }} is not null
    group by child.{{ key.column }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
{% endtest %}
