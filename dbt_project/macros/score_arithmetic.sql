{#
  The arithmetic of scores: whole millionths in, DECIMAL(9,6) out, round half up, never a float.
  DuckDB divides decimals as floats, so every division goes through divide_half_up on integers. A zero divisor gives
  null. All operands are >= 0.
#}

{% macro divide_half_up(numerator, denominator) -%}
    ((2 * ({{ numerator }}) + ({{ denominator }})) // nullif(2 * ({{ denominator }}), 0))
{%- endmacro %}

{% macro to_millionths(score) -%}
    cast(({{ score }}) * 1000000 as bigint)
{%- endmacro %}

{% macro from_millionths(millionths) -%}
    cast(cast({{ millionths }} as bigint) * cast(0.000001 as decimal(7, 6)) as decimal(9, 6))
{%- endmacro %}

{#
  DuckDB sums 64-bit integers into 128 bits, whose division is slow; 64 bits hold the doubled sum of 10^10 scores, or
  of 40 scores under the heaviest weights. More than that raises an error, it does not wrap.
#}
{% macro whole_sum(whole_number) -%}
    cast(sum({{ whole_number }}) as bigint)
{%- endmacro %}

{#
  Below, scores are whole millionths both in and out: integers are stored, summed and compared several times faster
  than decimals. from_millionths stands where readers come.
#}

{# A whole number of millionths as it is stored: 100 points are 10^8. #}
{% macro stored_millionths(millionths) -%}
    cast({{ millionths }} as integer)
{%- endmacro %}

{# Mean of those that are not null; null when there is none. #}
{% macro mean_millionths(score) -%}
    {{ stored_millionths(divide_half_up(whole_sum(score), 'count(' ~ score ~ ')')) }}
{%- endmacro %}

{# Mean of those that are not null, each counting its whole weight; null when their weights sum to zero. #}
{% macro weighted_mean_millionths(score, weight) -%}
    {{ stored_millionths(divide_half_up(
        whole_sum('cast(' ~ score ~ ' as bigint) * ' ~ weight),
        whole_sum('case when ' ~ score ~ ' is not null then ' ~ weight ~ ' end')
    )) }}
{%- endmacro %}

{# The same on stored scores, where there are few rows. #}
{% macro mean_score(score) -%}
    {{ from_millionths(mean_millionths(to_millionths(score))) }}
{%- endmacro %}

{% macro weighted_mean_score(score, weight) -%}
    {{ from_millionths(weighted_mean_millionths(to_millionths(score), weight)) }}
{%- endmacro %}

{# A share (0-1) of two counts. #}
{% macro share(part_count, total_count) -%}
    {{ from_millionths(divide_half_up('1000000 * (' ~ part_count ~ ')', total_count)) }}
{%- endmacro %}

{# A score rounded half up to whole points, where more digits would say too much. #}
{% macro whole_points(score) -%}
    cast({{ divide_half_up(to_millionths(score), '1000000') }} as decimal(9, 6))
{%- endmacro %}

{# The sum of one expression over numbered columns: # stands for the number; zero of no number. #}
{% macro sum_of(numbers, expression) -%}
    {%- for number in numbers -%}
        {{ '(' if loop.first }}{{ expression | replace('#', number) }}{{ ' + ' if not loop.last else ')' }}
    {%- else -%}cast(0 as bigint)
    {%- endfor -%}
{%- endmacro %}
