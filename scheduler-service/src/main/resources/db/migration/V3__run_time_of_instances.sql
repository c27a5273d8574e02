-- A report can arrive long after its attempt has ended; the worker says how long the attempt ran.
alter table instance_history add column run_millis bigint;
comment on column instance_history.run_millis is 'As the worker measured it; ended_at is the arrival of its report';
