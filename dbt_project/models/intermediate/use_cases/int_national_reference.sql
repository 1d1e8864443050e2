with
    national_reference as (select * from {{ ref('stg_referential__national_reference') }}),

    percents as (
        select
            *,
            cast(round(low_share * 100) as integer) as low_percent,
            cast(round(high_share * 100) as integer) as high_percent
        from national_reference
    ),

    worded as (
        select
            *,
            case
                when value_count is not null then replace(format('{:,}', value_count), ',', chr(8239))
                when low_share = high_share then low_percent || chr(160) || '%'
                when high_share is not null
                    then low_percent || ' à ' || high_percent || chr(160) || '%'
            end as figure_text
        from percents
    )

select
    figure_code,
    axis_code,
    value_count as reference_count,
    low_share as reference_low_share,
    high_share as reference_high_share,
    case
        when value_count is not null or note is null then figure_text
        when figure_text is null then note
        else figure_text || ' (' || lower(note[1]) || note[2:] || ')'
    end as reference_text,
    source as reference_source,
    {{ origin_label('origin_code') }} as reference_origin_label
from worded
