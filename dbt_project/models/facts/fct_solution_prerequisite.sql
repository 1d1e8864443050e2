with
    solutions as (select * from {{ ref('dim_solution') }})

{% set kinds = [
    ('hebergement', 'hosting', 'Hébergement'),
    ('capacite_machine', 'machine_capacity', 'Capacité machine'),
    ('donnees', 'data_prerequisite', 'Données'),
    ('interoperabilite', 'interoperability', 'Interopérabilité'),
] %}

{% for code, column, label in kinds %}
select
    solution_id,
    '{{ code }}' as prerequisite_code,
    '{{ label }}' as prerequisite_label,
    organisation_code,
    {{ column }} as prerequisite_text,
    is_demonstration,
    reception_number,
    sheet,
    row_number
from solutions
where {{ column }} is not null
{{ 'union all' if not loop.last }}
{% endfor %}
