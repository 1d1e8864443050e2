{#
  Integer keys for what would be joined and grouped by texts. They come from content, never from the order of runs, so
  that a rebuild gives the same.
#}

{# An assessment by the place it was read at: reception (24 bits), sheet of that reception (8), row (31). #}
{% macro assessment_key(reception_number, sheet_rank, row_number) -%}
    ({{ reception_number }} * 549755813888 + {{ sheet_rank }} * 2147483648 + {{ row_number }})
{%- endmacro %}

{# What an organisation says in one campaign. #}
{% macro reply_key(organisation_code, campaign_code) -%}
    {{ key_in_campaign(campaign_code, 'hash(' ~ organisation_code ~ ', ' ~ campaign_code ~ ')') }}
{%- endmacro %}

{#
  A key that begins with its campaign (12 bits of 64): tables written in its order keep a campaign's rows together, and
  a pass steps over those of the others by the least and the greatest key of each block.
#}
{% macro key_in_campaign(campaign_code, key) -%}
    (((hash({{ campaign_code }}) >> 52) << 52) | ({{ key }} >> 12))
{%- endmacro %}

{# What the assessors of one organisation say of one use case in one campaign; the `keys` test finds a collision. #}
{% macro group_key(organisation_code, campaign_code, use_case_code) -%}
    {{ key_in_campaign(
        campaign_code, 'hash(' ~ organisation_code ~ ', ' ~ campaign_code ~ ', ' ~ use_case_code ~ ')'
    ) }}
{%- endmacro %}

{# A portfolio: what a perimeter assesses in one campaign; and one use case of it, whatever the weights. #}
{% macro portfolio_key(campaign_code, perimeter_code) -%}
    {{ key_in_campaign(campaign_code, 'hash(' ~ campaign_code ~ ', ' ~ perimeter_code ~ ')') }}
{%- endmacro %}

{% macro place_key(campaign_code, perimeter_code, use_case_code) -%}
    {{ key_in_campaign(
        campaign_code, 'hash(' ~ campaign_code ~ ', ' ~ perimeter_code ~ ', ' ~ use_case_code ~ ')'
    ) }}
{%- endmacro %}

{#
  The wording of an answer: what is written for which question, in which column. Its rows stand in int_answer_kind, a
  few hundred for millions of answers. A cell's address is split before the number of its row, which ends it.
#}
{% macro kind_key(question_code, level_code, answer_text, cell_start, is_cell_on_row) -%}
    hash({{ question_code }}, {{ level_code }}, {{ answer_text }}, {{ cell_start }}, {{ is_cell_on_row }})
{%- endmacro %}

{% macro is_cell_on_row(cell, row_number) -%}
    coalesce(suffix({{ cell }}, cast({{ row_number }} as varchar)), false)
{%- endmacro %}

{% macro cell_start(cell, row_number) -%}
    case when {{ is_cell_on_row(cell, row_number) }}
        then left({{ cell }}, length({{ cell }}) - length(cast({{ row_number }} as varchar)))
        else {{ cell }} end
{%- endmacro %}

{% macro cell_of_kind(kind, row_number) -%}
    case when {{ kind }}.is_cell_on_row then {{ kind }}.cell_start || {{ row_number }} else {{ kind }}.cell_start end
{%- endmacro %}

{#
  Codes are compared letter by letter, whatever order the session that reads a view sorts texts in: pages sort as
  French does, and a key of that order for each code of each row costs more than the question.
#}
{% macro same_code(left, right, column) -%}
    {{ left }}.{{ column }} = {{ right }}.{{ column }} collate posix
{%- endmacro %}

{# A filter on one of these columns then leaves few rows to rank; under an order of texts it would come after. #}
{% macro letter_by_letter(columns) -%}
    {%- for column in columns -%}{{ column }} collate posix{{ ', ' if not loop.last }}{%- endfor -%}
{%- endmacro %}

{#
  The numbers of the criteria asked, by side, read as the model runs: one column each costs a tenth of what grouping
  rows by profile does, and how many criteria there are is a matter of the referential, not of code.
#}
{% macro criterion_numbers() -%}
    {%- set numbers = {'impact': [], 'effort': []} -%}
    {%- if execute -%}
        {%- set found = run_query(
            'select distinct side_code, criterion_number from ' ~ ref('int_question_asked') ~ ' order by all'
        ) -%}
        {%- for side_code, number in found.rows -%}
            {%- do numbers[side_code].append(number | int) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(numbers) }}
{%- endmacro %}
