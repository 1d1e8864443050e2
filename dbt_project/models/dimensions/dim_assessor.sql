with
    assessments as (select * from {{ ref('fct_assessment') }}),
    roles as (select * from {{ ref('stg_referential__choices') }} where list_code = 'assessor_roles'),

    assessors as (
        select
            concat_ws('|', organisation_code, assessor_code) as assessor_id,
            organisation_code,
            assessor_code,
            arg_max(role_code, struct_pack(reception_number, row_number, sheet)) as role_code,
            count(distinct campaign_code) as campaign_count,
            count(*) as assessment_count,
            bool_or(is_demonstration) as is_demonstration
        from assessments
        group by organisation_code, assessor_code
    )

select
    assessors.*,
    roles.label as role_label
from assessors
left join roles on assessors.role_code = roles.code
