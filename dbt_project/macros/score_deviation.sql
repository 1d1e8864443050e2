{#
  Population standard deviation of scores, exact to the sixth decimal, null below two scores.
  With d = n.sum(x2) - sum(x)2 in millionths, the deviation is sqrt(d)/n. A float gives its first guess, integers
  decide: r is right when (2r-1)n <= 2.sqrt(d) < (2r+1)n.
#}

{% macro deviation_score(score) -%}
    {%- set x = to_millionths(score) -%}
    {%- set n = 'cast(count(' ~ score ~ ') as hugeint)' -%}
    {%- set d = '(' ~ n ~ ' * sum(cast(' ~ x ~ ' as hugeint) * ' ~ x ~ ') - sum(' ~ x ~ ') * sum(' ~ x ~ '))' -%}
    {%- set guess = 'cast(round(sqrt(cast(' ~ d ~ ' as double)) / nullif(' ~ n ~ ', 0)) as hugeint)' -%}
    case
        when count({{ score }}) < 2 then null
        when (2 * {{ guess }} + 1) * (2 * {{ guess }} + 1) * {{ n }} * {{ n }} <= 4 * {{ d }}
            then {{ from_millionths(guess ~ ' + 1') }}
        when {{ guess }} > 0 and (2 * {{ guess }} - 1) * (2 * {{ guess }} - 1) * {{ n }} * {{ n }} > 4 * {{ d }}
            then {{ from_millionths(guess ~ ' - 1') }}
        else {{ from_millionths(guess) }}
    end
{%- endmacro %}
