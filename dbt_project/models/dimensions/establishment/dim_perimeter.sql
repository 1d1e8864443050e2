with
    establishments as (select * from {{ ref('dim_establishment') }}),
    named as (
        select organisation_code from {{ ref('int_submission_counted') }}
        union
        select perimeter_code from {{ ref('int_decision') }}
    ),

    shared as (
        select 'gcs' as perimeter_code, 'GCS (membres)' as perimeter_label, 'gcs' as perimeter_kind, 1 as perimeter_rank
        union all
        select 'tous', 'Tous les établissements', 'tous', 2
    ),

    own as (
        select
            organisation_code as perimeter_code,
            organisation_title as perimeter_label,
            'etablissement' as perimeter_kind,
            3 as perimeter_rank
        from establishments
        semi join named using (organisation_code)
    )

select * from shared
union all
select * from own
