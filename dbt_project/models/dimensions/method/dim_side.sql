select *
from (values ('impact', 'Impact', 1), ('effort', 'Effort', 2)) as sides (side_code, side_label, side_rank)
