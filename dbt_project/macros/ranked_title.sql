{#- What a bubble is called: its rank, which is drawn beside it, and on a second line, after blanks that fill the little
    that is drawn of it, its name, which stands under the pointer. -#}
{%- macro ranked_title(rank, title) -%}
coalesce(cast({{ rank }} as varchar), '–') || chr(10) || repeat(' ', 24) || {{ title }}
{%- endmacro -%}
