{#
  The keys of a model in one query, since a dbt test costs more than its SQL:
  primary - the columns together are never null and never twice the same (not_null and unique);
  foreign - each column that is not null has its row in another model (relationships): a list of {column, to, field},
  field defaulting to column.
#}
{% test keys(model, primary=[], foreign=[]) %}
    {% if primary %}
    select 'primary' as key_name, concat_ws('|', {{ primary | join(', ') }}) as key_value, count(*) as row_count
    from {{ model }}
    group by {{ primary | join(', ') }}
    having count(*) > 1 or {% for column in primary %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %}
    {{ 'union all' if foreign }}
    {% endif %}
    {% for key in foreign %}
    select '{{ key.column }}' as key_name, cast(child.{{ key.column }} as varchar) as key_value, count(*) as row_count
    from {{ model }} as child
    anti join {{ key.to }} as parent on child.{{ key.column }} = parent.{{ key.field or key.column }}
    where child.{{ key.column }} is not null
    group by child.{{ key.column }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
{% endtest %}
