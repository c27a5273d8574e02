-- Finds the backfill that made an instance: the last one of its job that begins at or before it.
-- Before the trigger below, because a canceled backfill locks the tables in this order.
create index backfill_of_instance on backfill (job_id, first_instance);

-- Ends of instances by time, because the history is too long to count: docs/decisions/0039.
--
-- Only inserts go to the first table, so ends do not wait for each other. Housekeeping moves the rows
-- to the second one.
create table end_count_batch (
  ended_at timestamptz not null,
  job_id bigint not null,
  ends integer not null,
  state smallint not null,
  lateness smallint not null
) with (
  autovacuum_vacuum_scale_factor = 0.01,
  autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_cost_delay = 0
);
comment on table end_count_batch is 'Ends that one statement wrote, by job, state and lateness; rows live for some seconds';
comment on column end_count_batch.lateness is 'From due to started, as end_lateness gives it';

create table end_count (
  app_id integer not null,
  job_id bigint not null,
  start_at timestamptz not null,
  minutes smallint not null,
  state smallint not null,
  lateness smallint not null,
  ends bigint not null,
  primary key (app_id, job_id, start_at, minutes, state, lateness)
) with (
  fillfactor = 80,
  autovacuum_vacuum_scale_factor = 0.05,
  autovacuum_vacuum_cost_delay = 0
);
comment on table end_count is 'Ends of an app and of each job, by minute, later by ten minutes, later by hour';
comment on column end_count.job_id is '0 for all jobs of the app';
comment on column end_count.start_at is 'Start of the span; a multiple of its length';
comment on column end_count.minutes is 'Length of the span: 1, 10 or 60';
comment on column end_count.lateness is 'As end_lateness gives it; -1 in the rows of a job, which are not divided by it';
create index end_count_age on end_count (minutes, start_at);

-- Four classes for each doubling, so a percentile is right within a tenth.
create function end_lateness(due_at timestamptz, started_at timestamptz) returns smallint
language sql immutable parallel safe
return coalesce(
  floor(ln(greatest(date_part('epoch', started_at - due_at) * 1000, 0) + 1) * 4 / ln(2::float8)),
  -1)::smallint;

create function count_ends() returns trigger
language plpgsql as
$$
begin
  insert into end_count_batch (ended_at, job_id, state, lateness, ends)
  select ended_at, job_id, state, end_lateness(due_at, started_at), count(*)
  from ended
  group by 1, 2, 3, 4;
  return null;
end
$$;

create trigger count_ends after insert on instance_history
referencing new table as ended
for each statement execute function count_ends();
