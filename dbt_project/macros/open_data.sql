{# What the open data say in the place of a figure, and how they write what people typed. #}

{% macro too_few_assessors(limits) -%}
    'Moins de ' || cast(cast({{ limits }}.assessor_limit as integer) as varchar)
        || ' évaluateurs ou de ' || cast(cast({{ limits }}.establishment_limit as integer) as varchar)
        || ' établissements'
{%- endmacro %}

{% macro deducible_score() -%} 'Se déduirait d''un autre périmètre publié' {%- endmacro %}

{% macro not_assessed() -%} 'Aucune évaluation' {%- endmacro %}

{# A typed text without the signs with which a spreadsheet that opens the CSV file would take it for a formula. #}
{% macro plain_text(text) -%}
    nullif(regexp_replace({{ text }}, '^[\s=+@-]+', ''), '')
{%- endmacro %}
