{# Whether a row of the referential is valid on a day, both ends included; without a day, whether it is still open. #}
{% macro is_valid_on(row, day) -%}
    ({{ row }}.valid_from is null or coalesce({{ row }}.valid_from <= {{ day }}, true))
    and ({{ row }}.valid_to is null or coalesce({{ day }} <= {{ row }}.valid_to, false))
{%- endmacro %}
