create table parent_instance (
  instance_id bigint primary key,
  total integer not null,
  made integer not null,
  parallelism integer not null,
  tolerated integer not null,
  ending smallint,
  succeeded integer,
  failed integer
) partition by range (instance_id);
comment on table parent_instance is 'What an instance that has, or had, parts knows of them';
comment on column parent_instance.made is 'Parts that exist or existed: those from 0 on';
comment on column parent_instance.tolerated is 'How many parts may fail';
comment on column parent_instance.ending is 'The state in which it ends once its running parts have; null while it makes parts';
comment on column parent_instance.succeeded is 'Counted at its end; null before';

create table part_history (
  id bigint primary key,
  parent_id bigint not null,
  part integer not null,
  job_id bigint not null,
  job_version_id bigint not null,
  due_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz not null,
  session_id uuid,
  run_millis bigint,
  attempt integer not null,
  state smallint not null,
  priority smallint not null,
  reported boolean not null,
  reason text,
  error text,
  result text
) partition by range (id);
comment on table part_history is 'Parts that have ended; other instances are in instance_history';
comment on column part_history.state is 'As in instance_history';
create index part_history_of_parent on part_history (parent_id, id);
create index part_history_failed on part_history (parent_id, id) where state <> 10;

create table parent_instance_default partition of parent_instance default;
create table part_history_default partition of part_history default;
