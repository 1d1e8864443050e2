{# What readers and open data say in the place of a figure, and how they write counts. #}

{# One word for every cause: which one it is would tell something of what is not told. #}
{% macro not_published() -%} 'Non publié' {%- endmacro %}

{# A count as a class of counts: the exact one tells who came between two figures. #}
{% macro count_class(count) -%}
    case
        when {{ count }} >= 50 then '50 et plus'
        when {{ count }} >= 20 then '20 à 49'
        when {{ count }} >= 10 then '10 à 19'
        when {{ count }} >= 4 then '4 à 9'
        when {{ count }} is not null then 'moins de 4'
    end
{%- endmacro %}
