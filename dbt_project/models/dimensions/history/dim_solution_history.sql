with
    periods as (select * from {{ ref('int_submission_period') }}),
    solutions as (select * from {{ ref('stg_lake__solutions') }}),

    described as (
        select
            concat_ws('|', periods.organisation_code, solutions.solution_code) as solution_id,
            solutions.*,
            periods.is_demonstration,
            periods.from_reception,
            periods.to_reception
        from solutions
        inner join periods using (reception_number)
    ),

    moments as ({{ moments_of('described', 'solution_id') }}),

    states as (
        select
            moments.solution_id,
            moments.moment,
            described.reception_number is not null as has_state,
            described.* exclude (
                solution_id, solution_code, reception_number, sheet, row_number, from_reception, to_reception
            )
        from moments
        left join described
            on moments.solution_id = described.solution_id
            and {{ counts_at('described', 'moments.moment') }}
        qualify row_number() over (
            partition by moments.solution_id, moments.moment
            order by described.reception_number desc, described.row_number desc, described.sheet
        ) = 1
    )

{{ versions_of('states', 'solution_id') }}
