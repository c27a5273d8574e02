-- Why the busy tables, those below "Instances", are as they are: docs/architecture.md. Migrations only
-- add: the release before works on this schema while an upgrade is rolled out.

-- Apps and tokens ---------------------------------------------------------------------------------

create table app (
  id integer generated always as identity primary key,
  name text not null unique,
  description text not null default '',
  paused boolean not null default false
);

create table token (
  id bigint generated always as identity primary key,
  app_id integer not null references app,
  role text not null check (role in ('operator', 'viewer', 'worker')),
  hash bytea not null unique,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
comment on column token.hash is 'SHA-256 of the token; the token itself is 256 random bits and is shown once';

-- Jobs --------------------------------------------------------------------------------------------

create table job (
  id bigint generated always as identity primary key,
  app_id integer not null references app,
  name text not null,
  version_id bigint not null,
  paused boolean not null default false,
  deleted_at timestamptz
);
comment on table job is 'A deleted name can be used again: its history stays with the old row';
comment on column job.version_id is 'The current version';
create unique index job_name on job (app_id, name) where deleted_at is null;

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
comment on table job_version is 'Every edit adds a version. A version never changes: replicas keep versions in memory';
-- A job and its first version name each other, so one of the two is checked at the commit.
alter table job add foreign key (version_id) references job_version deferrable initially deferred;

create table lane (
  id integer generated always as identity primary key,
  app_id integer not null references app,
  processor text not null,
  tags text[] not null,
  unique (app_id, processor, tags)
);
comment on table lane is 'App, processor and required tags: what workers of one kind can claim. Rows are never removed';
comment on column lane.tags is 'The tags that the job requires; sorted, without doubles';
alter table job_version add foreign key (lane_id) references lane;
create index job_version_lane on job_version (lane_id, priority);

-- When jobs fire ----------------------------------------------------------------------------------

create table trigger (
  job_id bigint primary key references job,
  next_fire_at timestamptz,
  anchor_at timestamptz not null,
  until_at timestamptz,
  delay interval,
  priority smallint not null default 0
);
comment on column trigger.next_fire_at is 'The next fire time; null where there is none, or none yet (fixed delay, while its run is active)';
comment on column trigger.anchor_at is 'What a fixed rate counts its periods from';
comment on column trigger.until_at is 'No fire time is after this; null where the trigger never ends';
comment on column trigger.delay is 'Fixed delay only: the end of the trigger''s own run sets next_fire_at to that end plus this, unless it is after until_at';
comment on column trigger.priority is 'Of the job''s current version; a copy, so that one index gives the order in which triggers of the same instant fire';
create index trigger_due on trigger (next_fire_at, priority desc) where next_fire_at is not null;

create table backfill (
  id bigint generated always as identity primary key,
  job_id bigint not null references job,
  from_at timestamptz not null,
  until_at timestamptz not null,
  overlap text not null,
  created_at timestamptz not null default statement_timestamp(),
  canceled_at timestamptz,
  first_instance bigint,
  last_instance bigint,
  instances integer not null
);
comment on table backfill is 'Runs for past fire times that never ran, asked for by a person';
comment on column backfill.first_instance is 'Its instances are those of the job from here to last_instance that have a fire time and repeat no other';
create index backfill_of_job on backfill (job_id, id);

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

-- No foreign keys: each insert would lock the row of its job.
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
  drives_fixed_delay boolean not null default false,
  limited boolean not null default false,
  waits_for_predecessors boolean not null default false,
  parameters jsonb
) with (
  -- A run is one insert, one update and one delete here, so dead rows come as fast as work does.
  autovacuum_vacuum_scale_factor = 0.01,
  autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_insert_scale_factor = 0.05,
  autovacuum_analyze_scale_factor = 0.05,
  autovacuum_vacuum_cost_delay = 0
);
comment on table instance is 'Instances that have not ended; an end moves the row to instance_history';
comment on column instance.state is '0 scheduled, 1 ready, 2 blocked, 3 running (WAITING is 0, 1 and 2 to users); terminal states are in the history';
comment on column instance.attempt is 'The number of the running attempt, or of the last one; 0 before the first';
comment on column instance.deadline_at is 'When the scheduler ends the running attempt itself: its time-out, or the end of the grace after a cancel request';
comment on column instance.drives_fixed_delay is 'Its end sets the next fire time of a fixed delay, so it ends in a transaction that locks the trigger first';
comment on column instance.limited is 'Its job has a row in job_concurrency: it becomes ready by way of blocked, and its end may unblock others';
comment on column instance.waits_for_predecessors is 'Blocked until everything of its job that came before has ended';
comment on column instance.parameters is 'Those of this run only; the job''s own are in its version';

-- Claims never filter: what cannot be claimed now is not in this index.
create index instance_ready on instance (lane_id, priority desc, due_at, id) where state = 1;
create index instance_scheduled on instance (due_at) where state = 0;
create index instance_blocked on instance (job_id, priority desc, id) where state = 2 and not waits_for_predecessors;
create index instance_waits_for_predecessors on instance (job_id, fire_time) where waits_for_predecessors;
create index instance_limited on instance (job_id) where limited and state in (1, 3);
create index instance_held on instance (session_id) where state = 3;
create index instance_deadline on instance (deadline_at) where deadline_at is not null;
-- The second wall against doubles, behind the locked advance of the trigger. A retry by hand keeps
-- the fire time of what it repeats.
create unique index instance_fire on instance (job_id, fire_time) where fire_time is not null and retry_of is null;
-- For the overlap rule and for lists of a job. While the table is small, the planner takes any of
-- its indexes for as good as another, and a plan made then may live on when it is large. An index
-- that is partial by a column that is never null serves whoever asks for that column, and cannot be
-- taken by whoever asks for the id alone.
create index instance_of_job on instance (job_id, id) where job_id is not null;

create table job_concurrency (
  job_id bigint primary key references job,
  concurrency integer check (concurrency > 0)
);
comment on table job_concurrency is 'Jobs whose instances wait for each other. Only whoever holds this row''s lock makes blocked instances of the job ready, and counts before what is ready or running; there is no counter that could drift';
comment on column job_concurrency.concurrency is 'How many instances may be ready or running at once; null where only the overlap policy makes them wait';

create table job_recheck (
  job_id bigint primary key references job,
  since timestamptz not null default statement_timestamp()
);
comment on table job_recheck is 'Jobs that were paused, resumed or given another limit a moment ago. A statement that began before may still insert an instance by the old rule, so these are checked again for some seconds';

-- How far running attempts have come: written every few seconds, so apart from the hot table.
-- Nothing but the primary key is indexed, so updates stay on their page.
create table progress (
  instance_id bigint primary key,
  attempt integer not null,
  percent smallint not null,
  message text,
  at timestamptz not null
) with (
  fillfactor = 50,
  autovacuum_vacuum_scale_factor = 0.05,
  autovacuum_vacuum_cost_delay = 0
);
comment on table progress is 'Of the newest attempt of each running instance';

-- History -----------------------------------------------------------------------------------------

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
-- Partial for the reason of instance_of_job.
create index instance_history_of_job on instance_history (job_id, id) where job_id is not null;

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
comment on table attempt is 'Attempts that were not the last one of their instance; the last one is in the instance''s own row';
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

create table pruned_fire_time (
  job_id bigint primary key references job,
  latest_fire_time timestamptz not null
);
comment on table pruned_fire_time is 'Jobs whose history is bounded to a number of instances: a backfill must not run again what was deleted';
comment on column pruned_fire_time.latest_fire_time is 'The latest fire time whose run was deleted from the history; which fire times up to there have run is not known any more';

-- Workers -----------------------------------------------------------------------------------------

-- No index covers lease_until, so that a renewal stays on its page.
create table worker_session (
  id uuid primary key,
  app_id integer not null,
  worker text not null,
  software_version text not null,
  protocol text not null,
  dialect text not null,
  api_version integer not null,
  tags text[] not null,
  processors text[] not null,
  capacity integer not null,
  held_count integer not null default 0,
  draining boolean not null default false,
  created_at timestamptz not null default now(),
  lease_until timestamptz not null,
  ended_at timestamptz,
  end_reason text
) with (fillfactor = 50);
comment on table worker_session is 'One row is renewed per worker, whatever it holds';
comment on column worker_session.api_version is 'Of the worker API, as agreed in the handshake';
comment on column worker_session.held_count is 'How many attempts it held when it renewed its lease last';
create index worker_session_ended on worker_session (ended_at) where ended_at is not null;

-- Webhooks ----------------------------------------------------------------------------------------

create table webhook (
  id bigint generated always as identity primary key,
  app_id integer not null references app,
  name text not null,
  version integer not null,
  url text not null,
  events text[] not null,
  jobs text[],
  threshold integer not null,
  window_millis bigint not null,
  late_after_millis bigint not null,
  enabled boolean not null,
  disabled_reason text,
  secret bytea not null,
  previous_secret bytea,
  previous_secret_expires_at timestamptz,
  busy_until timestamptz not null default '-infinity',
  unique (app_id, name)
);
comment on column webhook.jobs is 'Names; null means all jobs of the app';
comment on column webhook.secret is 'The key itself, since a signature cannot be made from its hash';
comment on column webhook.previous_secret_expires_at is 'Until then both keys sign, so that the receiver can change over';
comment on column webhook.busy_until is 'A replica delivers to it, one message at a time, until then at the latest';

create table webhook_event (
  id bigint generated always as identity primary key,
  job_id bigint not null,
  instance_id bigint not null,
  state smallint not null,
  fires integer not null,
  at timestamptz not null,
  error text
);
comment on table webhook_event is 'Ends that webhooks may have to tell of, not evaluated yet; as good as empty';
comment on column webhook_event.state is 'As in instance_history';
comment on column webhook_event.fires is 'How many fire times were skipped; 1 for an end of a run';

create table webhook_job_health (
  webhook_id bigint not null references webhook on delete cascade,
  job_id bigint not null,
  failures timestamptz[] not null default '{}',
  failing_since timestamptz,
  last_failure bigint,
  late_since timestamptz,
  primary key (webhook_id, job_id)
);
comment on table webhook_job_health is 'The health of each job as each webhook was told; a missing row means that all is well';
comment on column webhook_job_health.failures is 'Those within the window, while it is not failing; fewer than the threshold';
comment on column webhook_job_health.last_failure is 'The instance that failed last; a success is looked for behind it';

create table webhook_delivery (
  id bigint generated always as identity primary key,
  webhook_id bigint not null references webhook on delete cascade,
  event text not null,
  body text not null,
  state smallint not null default 0,
  attempts integer not null default 0,
  created_at timestamptz not null default statement_timestamp(),
  next_try_at timestamptz not null default statement_timestamp(),
  ended_at timestamptz,
  last_status integer,
  last_error text
);
comment on column webhook_delivery.state is '0 waiting, 1 delivered, 2 given up';
create index webhook_delivery_waiting on webhook_delivery (webhook_id, next_try_at) where state = 0;
create index webhook_delivery_of_webhook on webhook_delivery (webhook_id, id);
create index webhook_delivery_ended on webhook_delivery (ended_at) where ended_at is not null;

-- The transaction that writes an end also records the event: whoever was told of the end can rely on
-- the notification, whatever dies afterwards. A cursor over the history could not do that, since
-- neither ids nor times of ends follow the order of the commits. The condition is evaluated row by
-- row and lets no success in; apps without webhooks pay two probes of small tables for each failure.
create function record_webhook_event() returns trigger
language plpgsql as
$$
begin
  insert into webhook_event (job_id, instance_id, state, fires, at, error)
  select new.job_id, new.id, new.state, coalesce(new.skipped_count, 1), new.ended_at,
    left(coalesce(new.error, new.reason), 1000)
  where exists (
    select from job j join webhook w on w.app_id = j.app_id and w.enabled
    where j.id = new.job_id
      and w.events && case when new.state = 14 then array['missed'] else array['failed', 'recovered'] end);
  return null;
end
$$;

create trigger record_webhook_event after insert on instance_history
for each row when (new.state in (11, 12) or (new.state = 14 and new.reason = 'MISSED'))
execute function record_webhook_event();

-- Replicas ----------------------------------------------------------------------------------------

-- Nothing but the primary key is indexed, so that a heartbeat stays on its page.
create table replica (
  id uuid primary key,
  address text not null,
  software_version text not null,
  schema_version text not null,
  protocols text[] not null,
  main_protocol text not null,
  min_api_version integer not null,
  max_api_version integer not null,
  clock_offset_millis bigint not null,
  started_at timestamptz not null,
  joined_at timestamptz not null,
  serving_since timestamptz,
  unready text[] not null,
  seen_at timestamptz not null
) with (fillfactor = 50);
comment on table replica is 'Replicas in cluster mode: each writes its own row every two seconds, and removes it when it stops';
comment on column replica.address is 'Host and port under which the other replicas reach its cluster port; nothing else is ever dialled';
comment on column replica.clock_offset_millis is 'Its own clock less the database''s';
comment on column replica.joined_at is 'When it came, or came back after it was not seen: of two that cannot serve together and do not serve yet, the earlier one may';
comment on column replica.serving_since is 'Null until it has been ready';
comment on column replica.unready is 'Codes; empty while it is ready';

-- Calls and settings ------------------------------------------------------------------------------

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
  value text not null
);
comment on table setting is 'What all replicas share: protocols.main is the main protocol as recorded';
