-- In a transaction of its own: the locks of both tables together could wait for those of a replica.
alter table attempt add column run_millis bigint;
comment on column attempt.run_millis is 'As the worker measured it; ended_at is the arrival of its report';
