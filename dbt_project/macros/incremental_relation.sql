{#
  Incremental tables by groups: what a pass touches is deleted and written anew, so that the table equals one written
  from nothing. In the place of dbt's own strategies, which keep the rows of a group that has none any more.

  config(materialized='incremental', touched={'model': …, 'key': …, 'where': …}): the rows whose key stands in that model
  go, those of the query come. Written from nothing, the table stands in the order of that key, unless comes_in_order
  says that the query's rows do. With adds=true rows only come. With neither, the whole table is replaced by the query,
  which may read the table as it was.
  An incremental pass starts from a whole build only (pipelines/rebuild.py sees to it): after a failure all is built
  from nothing.
#}

{% materialization incremental, adapter='duckdb' -%}
    {%- set touched = config.get('touched') -%}
    {%- if not is_incremental() or (touched is none and not config.get('adds')) -%}
        {{ return(replace_relation('table', ordered_by=touched.key if touched and not config.get('comes_in_order'))) }}
    {%- endif -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- if touched is not none -%}
    {%- call statement('forget', auto_begin=False) -%}
        delete from {{ target }}
        where {{ touched.key }} in (
            select {{ touched.key }} from {{ sibling(touched.model) }} {{ 'where ' ~ touched.where if touched.where }}
        )
    {%- endcall -%}
    {%- endif -%}
    {%- call statement('main', auto_begin=False) -%}
        {%- if config.get('contract').enforced -%}{{ get_assert_columns_equivalent(sql) }}{%- endif %}
        insert into {{ target }} by name (
            {{ sql }}
        )
    {%- endcall -%}
    {{ return({'relations': [target]}) }}
{%- endmaterialization %}

{#
  A model as the last build left it, read before this build writes it: a ref would make a circle. To be read only in
  an incremental pass, and only by models that come before it.
#}
{% macro sibling(model_name) -%}
    {{ return(this.incorporate(path={'identifier': model_name}, type='table')) }}
{%- endmacro %}
