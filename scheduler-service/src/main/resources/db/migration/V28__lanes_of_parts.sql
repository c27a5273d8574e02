alter table job_version add column part_lane_id integer references lane;
comment on column job_version.part_lane_id is 'The lane of the parts of a job with fanOut, whose own lane no worker can claim from; null for all others';
create index lane_of_parents on lane (id) where processor = 'orrery:parent';
