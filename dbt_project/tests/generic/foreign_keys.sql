{#
  Each column that is not null has its row in another model: relationships, many in one pass.
  keys: a list of {column, to, field}; field defaults to column.
#}
{% test foreign_keys(model, keys) %}
    {% for key in keys %}
    select '{{ key.column }}' as key_name, cast(child.{{ key.column }} as varchar) as orphan, count(*) as row_count
    from {{ model }} as child
    anti join {{ key.to }} as parent on child.{{ key.column }} = parent.{{ key.field or key.column }}
    where child.{{ key.column }} is not null
    group by all
    {{ 'union all' if not loop.last }}
    {% endfor %}
{% endtest %}
