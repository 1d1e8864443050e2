{# What readers see in French where a value is absent, said once. #}
{% macro no_function() -%} 'Aucune fonction IA' {%- endmacro %}
{% macro unknown_function() -%} 'Fonction non précisée' {%- endmacro %}
{% macro no_axis() -%} 'Non rattaché' {%- endmacro %}
{% macro no_project() -%} 'Sans projet' {%- endmacro %}
{% macro no_status() -%} 'Non précisé' {%- endmacro %}
{% macro no_organisation() -%} 'Aucun établissement' {%- endmacro %}

{# A use case without function is said to have none by its establishment; an inventory only says nothing of it. #}
{% macro function_if_any(label, source_code) -%}
    coalesce({{ label }}, case when {{ source_code }} = '{{ var("own_source_code") }}'
        then {{ no_function() }} else {{ unknown_function() }} end)
{%- endmacro %}

{# A label that tells rows apart in a list of choices: the code follows where two rows share a label. #}
{% macro unique_title(label, code, among=none) -%}
    case when count(*) over (partition by {{ label }}{{ ', ' ~ among if among }}) > 1
        then {{ label }} || ' (' || {{ code }} || ')' else {{ label }} end
{%- endmacro %}

{# Who says so: the origin of a row or of an attribution. #}
{% macro origin_label(origin_code) -%}
    case {{ origin_code }}
        when 'seed' then 'Webinaire du GCS'
        when 'public' then 'Document public'
        when 'proposed' then 'Proposé'
        when 'declared' then 'Déclaré'
        when 'mapped' then 'Table de correspondance'
        else {{ no_axis() }}
    end
{%- endmacro %}
