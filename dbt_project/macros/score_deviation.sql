{#
  Population standard deviation of scores in whole millionths, exact to the millionth, null below two scores.
  With d = n.sum(x2) - sum(x)2, the deviation is sqrt(d)/n. A float gives its first guess, integers decide: r is right
  when (2r-1)n <= 2.sqrt(d) < (2r+1)n.
#}

{% macro deviation_millionths(score) -%}
    {%- set n = 'cast(count(' ~ score ~ ') as hugeint)' -%}
    {%- set x = 'cast(' ~ score ~ ' as bigint)' -%}
    {%- set d = '(' ~ n ~ ' * sum(' ~ x ~ ' * ' ~ x ~ ') - sum(' ~ x ~ ') * sum(' ~ x ~ '))' -%}
    {%- set guess = 'cast(round(sqrt(cast(' ~ d ~ ' as double)) / nullif(' ~ n ~ ', 0)) as hugeint)' -%}
    cast(case
        when count({{ score }}) < 2 then null
        when (2 * {{ guess }} + 1) * (2 * {{ guess }} + 1) * {{ n }} * {{ n }} <= 4 * {{ d }} then {{ guess }} + 1
        when {{ guess }} > 0 and (2 * {{ guess }} - 1) * (2 * {{ guess }} - 1) * {{ n }} * {{ n }} > 4 * {{ d }}
            then {{ guess }} - 1
        else {{ guess }}
    end as integer)
{%- endmacro %}

{# The same on stored scores. #}
{% macro deviation_score(score) -%}
    {{ from_millionths(deviation_millionths(to_millionths(score))) }}
{%- endmacro %}
