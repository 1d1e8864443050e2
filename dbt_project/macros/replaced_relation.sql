{#
  Tables and views made by one statement, in the place of dbt's create, rename, rename, drop.
  Nobody reads the file while it is written, and CREATE OR REPLACE is atomic in itself, on a plain file as on DuckLake;
  the swap by renaming costs three times as much as most of these models do.
#}

{% materialization table, adapter='duckdb' -%}
    {{ return(replace_relation('table')) }}
{%- endmaterialization %}

{% materialization view, adapter='duckdb' -%}
    {{ return(replace_relation('view')) }}
{%- endmaterialization %}

{% macro replace_relation(type, ordered_by=none) -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type=type) -%}
    {%- if existing is not none and existing.type != type -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- call statement('main', auto_begin=False) -%}
        {%- if config.get('contract').enforced -%}{{ get_assert_columns_equivalent(sql) }}{%- endif %}
        create or replace {{ type }} {{ target }} as (
            {{ 'select * from (' if ordered_by }}
            {{ sql }}
            {{ ') order by ' ~ ordered_by if ordered_by }}
        )
    {%- endcall -%}
    {{ return({'relations': [target]}) }}
{%- endmacro %}
