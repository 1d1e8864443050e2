-- Whoever answers anew moves the mean with which all others of the campaign are compared: a campaign is made whole.
with
    scores as (
        select *
        from {{ ref('int_score_establishment_side') }}
        where profile_code = 'equilibre' and {{ in_touched('campaign') }}
    ),

    totals as (
        select
            campaign_code,
            use_case_code,
            side_code,
            {{ whole_sum(to_millionths('score')) }} as score_sum,
            count(score) as score_count
        from scores
        group by campaign_code, use_case_code, side_code
    ),

    differences as (
        select
            scores.campaign_code,
            scores.organisation_code,
            scores.side_code,
            case when totals.score_count > 1 then {{ to_millionths('scores.score') }} - {{ divide_half_up(
                'totals.score_sum - ' ~ to_millionths('scores.score'), 'totals.score_count - 1'
            ) }} end as difference
        from scores
        inner join totals using (campaign_code, use_case_code, side_code)
    ),

    means as (
        select
            campaign_code,
            organisation_code,
            side_code,
            count(difference) as shared_use_case_count,
            -- rounded half away from zero: scoring above and scoring below are treated alike
            sign({{ whole_sum('difference') }})
                * {{ divide_half_up('abs(' ~ whole_sum('difference') ~ ')', 'count(difference)') }} as mean_difference
        from differences
        group by campaign_code, organisation_code, side_code
    )

select * from means
