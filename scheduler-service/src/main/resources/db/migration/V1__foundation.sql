-- What people edit --------------------------------------------------------------------------------

create table app (
  id integer generated always as identity primary key,
  name text not null unique,
  description text not null default '',
  paused boolean not null default false
);

create table token (
  id bigint generated always as identity primary key,
  app_id integer not null references app,
  scope text not null check (scope in ('operator', 'viewer', 'worker')),
  hash bytea not null unique,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
comment on column token.hash is 'SHA-256 of the token; the token itself is 256 random bits and is shown once';

create table job (
  id bigint generated always as identity primary key,
  app_id integer not null references app,
  name text not null,
  version_id bigint not null,
  paused boolean not null default false,
  deleted_at timestamptz
);
comment on table job is 'A deleted name can be used again: its history stays with the old row';
create unique index job_name on job (app_id, name) where deleted_at is null;

-- Every edit adds a version, which never changes: replicas keep versions in memory.
create table job_version (
  id bigint generated always as identity primary key,
  job_id bigint not null references job,
  version integer not null,
  document jsonb not null,
  lane_id integer not null,
  priority smallint not null,
  timeout interval,
  created_at timestamptz not null default now(),
  unique (job_id, version)
);
-- A job and its first version name each other, so one of the two is checked at the commit.
alter table job add foreign key (version_id) references job_version deferrable initially deferred;

-- (app, processor, required tags): what a group of alike workers can claim. Rows are never removed.
create table lane (
  id integer generated always as identity primary key,
  app_id integer not null references app,
  processor text not null,
  tags text[] not null,
  unique (app_id, processor, tags)
);
comment on column lane.tags is 'Sorted, without doubles';
alter table job_version add foreign key (lane_id) references lane;
create index job_version_lane on job_version (lane_id, priority);

-- When jobs fire ----------------------------------------------------------------------------------

create table trigger (
  job_id bigint primary key references job,
  next_fire_at timestamptz,
  anchor_at timestamptz not null,
  until_at timestamptz,
  delay interval
);
comment on column trigger.next_fire_at is 'The next fire time; null where there is none, or none yet (fixed delay, while its run is active)';
comment on column trigger.anchor_at is 'What a fixed rate counts its periods from';
comment on column trigger.delay is 'Fixed delay only: the end of the trigger''s own run sets next_fire_at to that end plus this, unless it is after until_at';
create index trigger_due on trigger (next_fire_at) where next_fire_at is not null;

-- Instances ---------------------------------------------------------------------------------------

-- 41 bits of milliseconds since 2025-01-01, 22 bits of a sequence: id order is creation order, and
-- the id alone tells the partition of the history.
create sequence instance_number as bigint minvalue 0 maxvalue 4194303 cycle;

create function instance_id_at(instant timestamptz) returns bigint
language sql immutable parallel safe
return (floor(extract(epoch from instant) * 1000)::bigint - 1735689600000) << 22;

create function new_instance_id() returns bigint
language sql volatile
return instance_id_at(statement_timestamp()) | nextval('instance_number');

-- Only what has not ended. No foreign keys: each insert would lock the row of its job.
create table instance (
  id bigint primary key,
  job_id bigint not null,
  job_version_id bigint not null,
  due_at timestamptz not null,
  fire_time timestamptz,
  started_at timestamptz,
  deadline_at timestamptz,
  cancel_requested_at timestamptz,
  retry_of bigint,
  session_id uuid,
  lane_id integer not null,
  attempt integer not null default 0,
  failures integer not null default 0,
  losses integer not null default 0,
  state smallint not null,
  priority smallint not null,
  coupled boolean not null default false,
  parameters jsonb
) with (
  -- A run is one insert, one update and one delete here, so dead rows come as fast as work does.
  autovacuum_vacuum_scale_factor = 0.01,
  autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_insert_scale_factor = 0.05,
  autovacuum_analyze_scale_factor = 0.05,
  autovacuum_vacuum_cost_delay = 0
);
comment on column instance.state is '0 scheduled, 1 ready, 3 running (WAITING is 0 and 1 to users); terminal states are in the history';
comment on column instance.attempt is 'The number of the running attempt, or of the last one; 0 before the first';
comment on column instance.deadline_at is 'When the scheduler ends the running attempt itself: its time-out, or the end of the grace after a cancel request';
comment on column instance.coupled is 'Its end changes a trigger, so it ends in a transaction that locks the trigger first';
comment on column instance.parameters is 'Those of this run only; the job''s own are in its version';

-- Claims never filter: what cannot be claimed now is not in this index.
create index instance_ready on instance (lane_id, priority desc, due_at, id) where state = 1;
create index instance_scheduled on instance (due_at) where state = 0;
create index instance_held on instance (session_id) where state = 3;
create index instance_deadline on instance (deadline_at) where deadline_at is not null;
-- The second wall against doubles, behind the locked advance of the trigger. A retry by hand keeps
-- the fire time of what it repeats.
create unique index instance_fire on instance (job_id, fire_time) where fire_time is not null and retry_of is null;
-- For the overlap rule and for lists of a job.
create index instance_of_job on instance (job_id, id);

create table instance_history (
  id bigint primary key,
  job_id bigint not null,
  job_version_id bigint not null,
  due_at timestamptz not null,
  fire_time timestamptz,
  started_at timestamptz,
  ended_at timestamptz not null,
  retry_of bigint,
  session_id uuid,
  attempt integer not null,
  skipped_count integer,
  state smallint not null,
  priority smallint not null,
  reported boolean not null,
  parameters jsonb,
  reason text,
  error text,
  result text
) partition by range (id);
comment on column instance_history.state is '10 succeeded, 11 failed, 12 timed out, 13 canceled, 14 skipped';
comment on column instance_history.reported is 'True if the session''s own report ended it; such a report is ALREADY_ACCEPTED when it comes again';
create index instance_history_of_job on instance_history (job_id, id);

-- Attempts that were not the last one of their instance; the last one is in the instance's own row.
create table attempt (
  instance_id bigint not null,
  attempt integer not null,
  state smallint not null,
  reported boolean not null,
  session_id uuid not null,
  started_at timestamptz not null,
  ended_at timestamptz not null,
  error text,
  primary key (instance_id, attempt)
) partition by range (instance_id);
comment on column attempt.state is '11 failed, 12 timed out, 20 lost, 21 handed back';

create table log_chunk (
  instance_id bigint not null,
  attempt integer not null,
  sequence integer not null,
  last_sequence integer not null,
  bytes integer not null,
  lines jsonb not null,
  primary key (instance_id, attempt, sequence)
) partition by range (instance_id);
comment on column log_chunk.lines is 'Array of {at (epoch milliseconds), stream, text}; line n has the number sequence + n';

-- Partitions by creation day are made ahead; these take what falls outside of every day.
create table instance_history_default partition of instance_history default;
create table attempt_default partition of attempt default;
create table log_chunk_default partition of log_chunk default;

-- Workers -----------------------------------------------------------------------------------------

create table worker_session (
  id uuid primary key,
  app_id integer not null,
  worker text not null,
  software text not null,
  transport text not null,
  dialect text not null,
  version integer not null,
  tags text[] not null,
  processors text[] not null,
  capacity integer not null,
  held integer not null default 0,
  draining boolean not null default false,
  created_at timestamptz not null default now(),
  lease_until timestamptz not null,
  ended_at timestamptz,
  end_reason text
) with (fillfactor = 50);
comment on table worker_session is 'One row is renewed per worker, whatever it holds; no index covers lease_until, so that a renewal stays on its page';
create index worker_session_ended on worker_session (ended_at) where ended_at is not null;

-- Calls -------------------------------------------------------------------------------------------

create table idempotency (
  app_id integer not null,
  key text not null,
  hash bytea not null,
  ids bigint[] not null,
  created_at timestamptz not null default statement_timestamp(),
  primary key (app_id, key)
);
create index idempotency_age on idempotency (created_at);

create table setting (
  name text primary key,
  value text not null,
  changed_at timestamptz not null default now()
);
comment on table setting is 'What all replicas share: protocols.main is the main protocol as recorded';
