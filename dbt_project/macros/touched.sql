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
    (campaign_code, use_case_code) in (select campaign_code, use_case_code from {{ ref('int_touched_place') }})
    {%- else -%}
    true
    {%- endif %}
{%- endmacro %}

{# The campaigns of the touched places, whole. #}
{% macro of_touched_campaigns() -%}
    {%- set touched = ref('int_touched_place') -%}
    {{ in_campaigns_of(touched) if is_incremental() else 'true' }}
{%- endmacro %}

{# What establishments say of the touched use cases on their own. #}
{% macro of_touched_groups(key) -%}
    {% if is_incremental() -%}
    {{ key }} in (select group_key from {{ ref('int_touched_group') }})
    {%- else -%}
    true
    {%- endif %}
{%- endmacro %}

{#
  What a test looks at in a pass: the rows whose key the pass touched. The others were looked at when they were written,
  and are again whenever all is built (the nightly comparison). Everything when nothing was touched, as in such a build.
#}
{% macro looked_at(key, touched) -%}
    {%- if not is_touching() -%}
    true
    {%- elif key == 'campaign_code' -%}
    {{ in_campaigns_of(touched) }}
    {%- else -%}
    {{ key }} in (select {{ key }} from {{ touched }})
    {%- endif -%}
{%- endmacro %}

{# Campaigns are few, and named one by one: a list of values goes down through joins and windows to the tables read. #}
{% macro in_campaigns_of(touched) -%}
    {%- set found = run_query('select distinct campaign_code from ' ~ touched ~ ' order by all') -%}
    campaign_code in (
        {%- for row in found.rows -%}
        '{{ row[0] | replace("'", "''") }}'{{ ', ' if not loop.last }}
        {%- else %}null{% endfor -%}
    )
{%- endmacro %}

{# Read as the test runs: a flag of the command would not know which warehouse it is said of. #}
{% macro is_touching() -%}
    {%- set touched = ref('int_touched_group') -%}
    {%- if not execute -%}{{ return(false) }}{%- endif -%}
    {{ return(run_query('select exists (from ' ~ touched ~ ')').rows[0][0]) }}
{%- endmacro %}
