{# What an incremental pass computes anew; everything otherwise. #}

{# All assessments of the touched groups: those of assessors that the pass has not read again stand as they were. #}
{% macro touched_assessments() -%}
    {{ ref('int_assessment') }}
    {%- if is_incremental() %} semi join {{ ref('int_touched_group') }} using (group_key){% endif -%}
{%- endmacro %}

{# The rows of a relation whose key (place_key, portfolio_key) is among the touched places. #}
{% macro in_touched_places(key) -%}
    {% if is_incremental() -%}
    {{ key }} in (select {{ key }} from {{ ref('int_touched_place') }})
    {%- else -%}
    true
    {%- endif %}
{%- endmacro %}

{# The use cases of a campaign that a touched place counts, whichever perimeter it is. #}
{% macro of_touched_use_cases() -%}
    {% if is_incremental() -%}
    (campaign_code, use_case_code) in (select (campaign_code, use_case_code) from {{ ref('int_touched_place') }})
    {%- else -%}
    true
    {%- endif %}
{%- endmacro %}

{# What establishments say of the touched use cases on their own. #}
{% macro of_touched_groups(key) -%}
    {% if is_incremental() -%}
    {{ key }} in (select group_key from {{ ref('int_touched_group') }})
    {%- else -%}
    true
    {%- endif %}
{%- endmacro %}
