-- Null for all other instances, whose rows stay as long as they were.
alter table instance
  add column parent_id bigint,
  add column part integer;
comment on column instance.parent_id is 'The instance that waits for this one';
comment on column instance.part is 'The number of this one among the parts of its parent, from 0';
comment on column instance.state is '0 scheduled, 1 ready, 2 blocked, 3 running, 4 a parent that awaits its parts (WAITING is 0, 1 and 2 to users, RUNNING 3 and 4); terminal states are in the history';

create index instance_of_parent on instance (parent_id, id) where parent_id is not null;
create index instance_awaiting on instance (lane_id, id) where state = 4;
create index instance_limited_awaiting on instance (job_id) where limited and state = 4;
