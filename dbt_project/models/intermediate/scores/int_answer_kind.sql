{{ config(materialized='incremental', incremental_strategy='append', on_schema_change='fail') }}

-- Wordings are kept for later, also those that no answer has any longer: they only come.
with
    answers as (select * from {{ ref('stg_lake__answers') }}),
    questions as (select * from {{ ref('dim_question') }}),
    receptions as (
        select distinct reception_number from {{ ref('int_assessment') }} where {{ in_touched('reply') }}
    ),

    written as (
        select distinct
            question_code,
            level_code,
            answer_text,
            {{ cell_start('cell', 'row_number') }} as cell_start,
            {{ is_cell_on_row('cell', 'row_number') }} as is_cell_on_row
        from answers
        semi join receptions using (reception_number)
    ),

    kinds as (
        select * from written
        union
        select question_code, null, null, null, false from questions
    ),

    keyed as (
        select
            {{ kind_key('question_code', 'level_code', 'answer_text', 'cell_start', 'is_cell_on_row') }} as kind_key,
            *
        from kinds
    )

select * from keyed
{% if is_incremental() -%}
anti join {{ this }} as known using (kind_key)
{%- endif %}
