{# The condition by which an incremental pass computes only the campaigns that changed; they all count otherwise. #}
{% macro in_changed_campaigns() -%}
    {% if is_incremental() -%}
    campaign_code in (select campaign_code from {{ ref('int_campaign_change') }} where is_changed)
    {%- else -%}
    true
    {%- endif %}
{%- endmacro %}
