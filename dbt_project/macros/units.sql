{#
  The two units of incremental work. All that hangs on one reply (organisation × campaign) or on one campaign is deleted
  by a hook of its model's transaction and written anew: models/intermediate/{replies,campaigns}, models/facts/replies.
  In a build from nothing every reply and every campaign is touched.
#}

{# Whether a row is of a reply or a campaign that this pass writes anew. #}
{% macro in_touched(unit) -%}
    {%- if unit == 'reply' -%}
    reply_key in (select reply_key from {{ ref('int_touched_reply') }} where is_touched)
    {%- elif unit == 'campaign' -%}
    campaign_code in (select campaign_code from {{ ref('int_touched_campaign') }} where has_touched_reply)
    {%- elif unit == 'trend' -%}
    campaign_code in (select campaign_code from {{ ref('int_touched_campaign') }})
    {%- endif -%}
{%- endmacro %}

{# The hook: what was there goes, also where nothing comes in its place. #}
{% macro forget_touched(unit) -%}
    {% if is_incremental() %}delete from {{ this }} where {{ in_touched(unit) }}{% endif %}
{%- endmacro %}
