{# Every row satisfies the expression; a null verdict is a failure unless said otherwise in the expression. #}
{% test expression_holds(model, expression) %}
    select * from {{ model }} where not coalesce({{ expression }}, false)
{% endtest %}
