{#
  A table made by one atomic « create or replace », where dbt's own creates, renames, renames and drops: 15 ms a model.
  It is for models that are made whole, by SQL. It does not run hooks, does not apply grants or persist descriptions,
  does not keep indexes or constraints, and takes no Python: what needs one of these is a `table`.
#}

{% materialization replaced_table, adapter='duckdb' -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- if existing is not none and existing.type != 'table' -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- call statement('main', auto_begin=False) -%}
        {%- if config.get('contract').enforced -%}{{ get_assert_columns_equivalent(sql) }}{%- endif %}
        create or replace table {{ target }} as (
            {{ sql }}
        )
    {%- endcall -%}
    {{ return({'relations': [target]}) }}
{%- endmaterialization %}
