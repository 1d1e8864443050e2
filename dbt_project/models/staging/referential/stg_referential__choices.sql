{% set lists = ['domains', 'evidence_levels', 'ways', 'kinds', 'assessor_roles', 'decider_roles'] %}

{% for list in lists %}
select '{{ list }}' as list_code, code, label, rank from {{ source('referential', list) }}
{{ 'union all' if not loop.last }}
{% endfor %}
