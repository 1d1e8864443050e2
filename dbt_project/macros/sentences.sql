{# Numbers and names as French sentences write them. #}

{# `12 345,6`: a narrow space between thousands, a comma before decimals. #}
{% macro in_french(number, decimals=0) -%}
    translate(format({{ "'{:,." ~ decimals ~ "f}'" }}, cast({{ number }} as double)), ',.', chr(8239) || ',')
{%- endmacro %}

{# `1 cas`, `12 cas`; nought counts as one in French. #}
{% macro counted(number, one, many) -%}
    {{ in_french(number) }} || case when {{ number }} < 2 then ' {{ one | replace("'", "''") }}'
        else ' {{ many | replace("'", "''") }}' end
{%- endmacro %}

{# What follows a number where the words alone are of one or of many. #}
{% macro of_one_or_many(number, one, many) -%}
    case when {{ number }} < 2 then '{{ one | replace("'", "''") }}' else '{{ many | replace("'", "''") }}' end
{%- endmacro %}

{% macro quoted(name) -%} '«' || chr(8239) || {{ name }} || chr(8239) || '»' {%- endmacro %}

{# `a, b et c` of a list of texts. #}
{% macro listed(names) -%}
    case when len({{ names }}) < 2 then {{ names }}[1]
        else array_to_string({{ names }}[:-2], ', ') || ' et ' || {{ names }}[-1] end
{%- endmacro %}
