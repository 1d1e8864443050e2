{#
  A table or a view made by one atomic « create or replace », where dbt's own creates, renames, renames and drops:
  15 ms a table, 25 ms a view (docs/decisions/0014-two-units-of-incremental-work.md).
  It is for models that are made whole, by SQL. It does not run hooks, does not apply grants or persist descriptions,
  does not keep indexes or constraints, and takes no Python: what needs one of these is dbt's own `table`.
#}

{% macro replaced(kind, relation, sql) -%}
    {%- set existing = load_cached_relation(relation) -%}
    {%- set target = relation.incorporate(type=kind) -%}
    {%- if existing is not none and existing.type != kind -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- call statement('main', auto_begin=False) -%}
        {%- if config.get('contract').enforced -%}{{ get_assert_columns_equivalent(sql) }}{%- endif %}
        create or replace {{ kind }} {{ target }} as (
            {{ sql }}
        )
    {%- endcall -%}
    {{ return({'relations': [target]}) }}
{%- endmacro %}

{% materialization replaced_table, adapter='duckdb' -%}
    {{ return(replaced('table', this, sql)) }}
{%- endmaterialization %}

{% materialization replaced_view, adapter='duckdb' -%}
    {{ return(replaced('view', this, sql)) }}
{%- endmaterialization %}
