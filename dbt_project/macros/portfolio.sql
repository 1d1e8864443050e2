{# The results of portfolios come as whole numbers: thousandths of a point, cents of a euro. #}
{% macro from_thousandths(thousandths) -%}
    cast(cast({{ thousandths }} as decimal(15, 0)) * cast(0.001 as decimal(4, 3)) as decimal(18, 3))
{%- endmacro %}

{% macro from_cents(cents) -%}
    cast(cast({{ cents }} as decimal(16, 0)) * cast(0.01 as decimal(3, 2)) as decimal(18, 2))
{%- endmacro %}

{# How a budget of effort is called, where one is chosen by its name: « 300 points »; the scenario's own says so. #}
{% macro budget_label(thousandths, own_total) -%}
    regexp_replace({{ in_french(thousandths ~ ' / 1000', 3) }}, ',?0+$', '') || ' points'
    || case when {{ from_thousandths(thousandths) }} = {{ own_total }} then ' (celui du scénario)' else '' end
{%- endmacro %}

{# How a search for the best portfolio ended. #}
{% macro search_status_label(status_code) -%}
    case {{ status_code }}
        when 'optimal' then 'Optimal, prouvé'
        when 'non_prouve' then 'Meilleur trouvé dans le temps donné, optimum non prouvé'
        when 'infaisable' then 'Infaisable'
        when 'sans_reponse' then 'Rien trouvé dans le temps donné'
    end
{%- endmacro %}
