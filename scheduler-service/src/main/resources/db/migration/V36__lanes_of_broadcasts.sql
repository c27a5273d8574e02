-- A broadcast waits in a lane of its own until a worker matches, so it does not hold up other parents.
drop index lane_of_parents;
create index lane_of_parents on lane (id) where starts_with(processor, 'orrery:');

insert into lane (app_id, processor, tags)
select distinct w.app_id, 'orrery:broadcast:' || w.processor, w.tags
from job_version v join lane w on w.id = v.part_lane_id
where v.document -> 'fanOut' ->> 'type' = 'broadcast';

update job_version v set lane_id = own.id
from lane w, lane own
where w.id = v.part_lane_id and v.document -> 'fanOut' ->> 'type' = 'broadcast'
  and own.app_id = w.app_id and own.processor = 'orrery:broadcast:' || w.processor
  and own.tags = w.tags;

update instance i set lane_id = v.lane_id
from job_version v
where v.id = i.job_version_id and v.document -> 'fanOut' ->> 'type' = 'broadcast'
  and i.part is null and i.state in (0, 1, 2);
