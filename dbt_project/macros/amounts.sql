{#
  Amounts and times: read as floats from spreadsheets, exact from here on.
  A number too large for its type is no amount (its cell was warned about on reception) and is null.
#}
{% macro exact(number, decimals) -%}
    try_cast(round({{ number }}, {{ decimals }}) as decimal(18, {{ decimals }}))
{%- endmacro %}

{# The median of amounts in euros, half up to the cent; null when there is none. #}
{% macro median_amount(amount) -%}
    {%- set cents = 'list_sort(list(cast(' ~ amount ~ ' * 100 as hugeint)) filter (where ' ~ amount ~ ' is not null))' -%}
    {%- set count = 'count(' ~ amount ~ ')' -%}
    cast(cast(
        {{ divide_half_up(
            cents ~ '[(' ~ count ~ ' + 1) // 2] + ' ~ cents ~ '[(' ~ count ~ ' + 2) // 2]', 'cast(2 as hugeint)'
        ) }} as decimal(24, 0)) * cast(0.01 as decimal(3, 2)) as decimal(18, 2))
{%- endmacro %}
