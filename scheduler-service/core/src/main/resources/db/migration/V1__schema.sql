-- Why the busy tables, those below "Instances", are as they are: docs/architecture.md. Migrations only
-- add: the release before works on this schema while an upgrade is rolled out.

-- Ids ---------------------------------------------------------------------------------------------

-- A database that went back in time does not assign them again: docs/decisions/0040.

-- 41 bits of milliseconds since 2025-01-01, 22 bits of a sequence: id order is creation order, and
-- the id of an instance alone tells the partition of its history.
create sequence instance_number as bigint minvalue 0 maxvalue 4194303 cycle;

create function instance_id_at(instant timestamptz) returns bigint
language sql immutable parallel safe
return (floor(extract(epoch from instant) * 1000)::bigint - 1735689600000) << 22;

create function new_instance_id() returns bigint
language sql volatile
return instance_id_at(statement_timestamp()) | nextval('instance_number');

-- An integer has no room for milliseconds, and lanes and apps are in many rows: a random number that
-- no row has.
create function new_app_id() returns integer
language plpgsql volatile
as $$
declare
  candidate integer;
begin
  loop
    candidate := 1 + floor(random() * 2147483646)::integer;
    exit when not exists (select from app where id = candidate);
  end loop;
  return candidate;
end
$$;

create function new_lane_id() returns integer
language plpgsql volatile
as $$
declare
  candidate integer;
begin
  loop
    candidate := 1 + floor(random() * 2147483646)::integer;
    exit when not exists (select from lane where id = candidate);
  end loop;
  return candidate;
end
$$;

-- Apps, tokens and sessions of the console --------------------------------------------------------

-- A deleted app keeps its row for its history; its name can be used again.
create table app (
  id integer primary key default new_app_id(),
  name text not null,
  description text not null default '',
  paused boolean not null default false,
  paused_at timestamptz,
  paused_by_role text,
  paused_by_token bigint,
  pause_note text,
  deleted_at timestamptz
);
comment on column app.paused_at is 'Of the last pause, as are the columns behind it; they count while paused is true';
create unique index app_name on app (name) where deleted_at is null;

create table token (
  id bigint primary key default new_instance_id(),
  app_id integer not null references app,
  role text not null check (role in ('operator', 'viewer', 'worker', 'declare')),
  name text,
  hash bytea not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz
);
comment on column token.name is 'For people; need not be unique';
comment on column token.expires_at is 'The token is refused from then on; null if it does not expire';
comment on column token.hash is 'SHA-256 of the token; the token itself is 256 random bits and is shown once';

-- Sessions of browsers, and the one-time links that open one; the secrets themselves are in no row.
create table console_session (
  hash bytea primary key,
  token_hash bytea not null,
  link boolean not null default false,
  created_at timestamptz not null default statement_timestamp(),
  expires_at timestamptz not null
);
comment on column console_session.hash is 'SHA-256 of the id in the cookie, or of the link';
comment on column console_session.token_hash is 'SHA-256 of the token that it stands for: of an app, or the configured one';
comment on column console_session.link is 'Opens a session once, and is none itself';
-- The oldest of a token go when there are too many.
create index console_session_of_token on console_session (token_hash, link, created_at);
-- Housekeeping deletes what has expired.
create index console_session_by_expiry on console_session (expires_at);

-- Jobs --------------------------------------------------------------------------------------------

create table lane (
  id integer primary key default new_lane_id(),
  app_id integer not null references app,
  processor text not null,
  tags text[] not null,
  unique (app_id, processor, tags)
);
comment on table lane is 'App, processor and required tags: what workers of one kind can claim. Rows are never removed';
comment on column lane.tags is 'The tags that the job requires; sorted, without doubles';
-- Lanes of parents, which no worker can claim from. A broadcast waits in one of its own until a worker
-- matches, so it does not hold up other parents.
create index lane_of_parents on lane (id) where starts_with(processor, 'orrery:');

create table job (
  id bigint primary key default new_instance_id(),
  app_id integer not null references app,
  name text not null,
  owner text,
  version_id bigint not null,
  paused boolean not null default false,
  paused_at timestamptz,
  paused_by_role text,
  paused_by_token bigint,
  pause_note text,
  deleted_at timestamptz
);
comment on table job is 'A deleted name can be used again: its history stays with the old row';
comment on column job.owner is 'The file that manages the job, by the name that its apply gives; null where none does';
comment on column job.version_id is 'The current version';
comment on column job.paused_at is 'Of the last pause, as are the columns behind it; they count while paused is true';
comment on column job.paused_by_token is 'Id of the token that paused it; null for the admin token';
create unique index job_name on job (app_id, name) where deleted_at is null;
-- The end of a version checks the foreign key of job.version_id, which would read all jobs for each.
create index job_of_version on job (version_id);
-- For what an app stores, also in its deleted jobs.
create index job_of_app on job (app_id);

create table declaration (
  app_id integer not null references app,
  owner text not null,
  version text not null,
  renewed_at timestamptz not null,
  primary key (app_id, owner)
);
comment on table declaration is 'The declaration in force of each owner whose application declares its jobs: docs/decisions/0037';
comment on column declaration.renewed_at is 'When a process last declared this version; while that is recent, older versions change nothing';

create table declared_job (
  job_id bigint primary key references job,
  version text not null,
  declared_at timestamptz not null,
  class text,
  missing_from text,
  missing_since timestamptz,
  disabled_at timestamptz
);
comment on table declared_job is 'Jobs that a declaration had. Apart from the job, whose row many statements read';
comment on column declared_job.version is 'Of the last declaration that has the job';
comment on column declared_job.class is 'That has the method of its processor; null if no process has said so';
comment on column declared_job.missing_from is 'The version in force, if that does not have the job';
comment on column declared_job.missing_since is 'When a declaration first lacked it';
comment on column declared_job.disabled_at is 'When the scheduler disabled the job for it';
-- Housekeeping disables them after a grace.
create index declared_job_missing on declared_job (missing_since) where missing_since is not null and disabled_at is null;

create table job_label (
  app_id integer not null,
  name text not null,
  value text not null,
  job_id bigint not null references job,
  primary key (app_id, name, value, job_id)
);
comment on table job_label is 'The labels of the current version of each job that is not deleted, to find jobs by them';
create index job_label_of_job on job_label (job_id);

-- The part of a document that a fire reads: docs/decisions/0048.
create function fire_rule_of(document jsonb) returns jsonb
language sql immutable parallel safe
return case when document -> 'trigger' is not null and document -> 'trigger' <> 'null' then
  jsonb_strip_nulls(jsonb_build_object(
    'trigger', document -> 'trigger',
    'overlap', document -> 'overlap',
    'misfire', document -> 'misfire',
    'catchUpWindow', document -> 'catchUpWindow'))
end;

-- The part of a document that alarms and people read.
create function description_of(document jsonb) returns jsonb
language sql immutable parallel safe
return nullif(jsonb_strip_nulls(jsonb_build_object(
  'description', document -> 'description',
  'labels', document -> 'labels',
  'links', document -> 'links')), '{}');

-- What fires, lists, alarms, resumes and ends need of a document is generated: it cannot differ from the
-- document, and is read without unpacking it. 500 documents may have 125 MiB.
create table job_version (
  id bigint primary key default new_instance_id(),
  job_id bigint not null references job,
  version integer not null,
  document jsonb not null,
  document_bytes integer generated always as (octet_length(document::text)) stored,
  fire_rule jsonb generated always as (fire_rule_of(document)) stored,
  description jsonb generated always as (description_of(document)) stored,
  enabled boolean generated always as (document -> 'enabled' is distinct from 'false'::jsonb) stored,
  lane_id integer not null references lane,
  part_lane_id integer references lane,
  priority smallint not null,
  timeout interval,
  created_at timestamptz not null default now(),
  author_role text,
  author_token bigint,
  unique (job_id, version)
);
comment on table job_version is 'Every edit adds a version. A version never changes: replicas keep versions in memory';
comment on column job_version.document_bytes is 'Of the document as JSON';
comment on column job_version.fire_rule is 'The fields of the document that a fire needs; null without a trigger';
comment on column job_version.description is 'The description, labels and links of the document; null without any';
comment on column job_version.part_lane_id is 'The lane of the parts of a job with fanOut, whose own lane no worker can claim from; null for all others';
comment on column job_version.author_role is 'Role of the token that wrote the version';
comment on column job_version.author_token is 'Id of that token; null for the admin token';
create index job_version_lane on job_version (lane_id, priority);
-- A job and its first version name each other, so one of the two is checked at the commit.
alter table job add foreign key (version_id) references job_version deferrable initially deferred;

-- When jobs fire ----------------------------------------------------------------------------------

create table trigger (
  job_id bigint primary key references job,
  app_id integer,
  next_fire_at timestamptz,
  anchor_at timestamptz not null,
  until_at timestamptz,
  delay interval,
  priority smallint not null default 0
);
comment on column trigger.app_id is 'Of the job, which never changes its app; a copy, so that one index gives the oldest triggers of an app';
comment on column trigger.next_fire_at is 'The next fire time; null where there is none, or none yet (fixed delay, while its run is active)';
comment on column trigger.anchor_at is 'What a fixed rate counts its periods from';
comment on column trigger.until_at is 'No fire time is after this; null where the trigger never ends';
comment on column trigger.delay is 'Fixed delay only: the end of the trigger''s own run sets next_fire_at to that end plus this, unless it is after until_at';
comment on column trigger.priority is 'Of the job''s current version; a copy, so that one index gives the order in which triggers of the same instant fire';
create index trigger_due on trigger (next_fire_at, priority desc) where next_fire_at is not null;
-- Late triggers take turns by app. Partial for the reason of instance_of_job: only queries by app can
-- use it.
create index trigger_of_app on trigger (app_id, next_fire_at, priority desc) where app_id is not null;

-- The copy is right, whoever inserts the trigger.
create function set_app_of_trigger() returns trigger
language plpgsql as
$$
begin
  new.app_id := (select app_id from job where id = new.job_id);
  return new;
end
$$;

create trigger set_app before insert on trigger
for each row execute function set_app_of_trigger();

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
-- Finds the backfill that made an instance: the last one of its job that begins at or before it.
create index backfill_of_instance on backfill (job_id, first_instance);

-- Instances ---------------------------------------------------------------------------------------

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
  parent_id bigint,
  session_id uuid,
  lane_id integer not null,
  part integer,
  attempt integer not null default 0,
  failures integer not null default 0,
  losses integer not null default 0,
  state smallint not null,
  priority smallint not null,
  drives_fixed_delay boolean not null default false,
  limited boolean not null default false,
  waits_for_predecessors boolean not null default false,
  cancel_reason text,
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
comment on column instance.state is '0 scheduled, 1 ready, 2 blocked, 3 running, 4 a parent that awaits its parts (WAITING is 0, 1 and 2 to users, RUNNING 3 and 4); terminal states are in the history';
comment on column instance.parent_id is 'The instance that waits for this one: of which it is a part, or a node';
comment on column instance.part is 'The number of this one among the parts of its parent, from 0';
comment on column instance.attempt is 'The number of the running attempt, or of the last one; 0 before the first';
comment on column instance.deadline_at is 'When the scheduler ends the running attempt itself: its time-out, or the end of the grace after a cancel request';
comment on column instance.drives_fixed_delay is 'Its end sets the next fire time of a fixed delay, so it ends in a transaction that locks the trigger first';
comment on column instance.limited is 'Its job has a row in job_concurrency, or instances that wait for predecessors: it becomes ready by way of blocked, and its end may unblock others';
comment on column instance.waits_for_predecessors is 'Blocked until everything of its job that came before has ended';
comment on column instance.cancel_reason is 'Why it was asked to stop';
comment on column instance.parameters is 'Those of this run only; the job''s own are in its version';

-- Claims never filter: what cannot be claimed now is not in this index.
create index instance_ready on instance (lane_id, priority desc, due_at, id) where state = 1;
create index instance_scheduled on instance (due_at) where state = 0;
create index instance_blocked on instance (job_id, priority desc, id) where state = 2 and not waits_for_predecessors;
create index instance_waits_for_predecessors on instance (job_id, fire_time, id) where waits_for_predecessors;
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
create index instance_of_parent on instance (parent_id, id) where parent_id is not null;
create index instance_awaiting on instance (lane_id, id) where state = 4;
create index instance_limited_awaiting on instance (job_id) where limited and state = 4;
-- Nodes that are parents themselves, which may not wait behind others.
create index instance_ready_node on instance (lane_id, id)
  where parent_id is not null and part is null and state = 1;

create table job_concurrency (
  job_id bigint primary key references job,
  concurrency integer check (concurrency > 0)
);
comment on table job_concurrency is 'Jobs whose instances wait for each other. Only whoever holds this row''s lock makes blocked instances of the job ready, and counts before what is ready or running; there is no counter that could drift';
comment on column job_concurrency.concurrency is 'How many instances may be ready or running at once; null where only the overlap policy makes them wait';

create table job_recheck (
  job_id bigint primary key references job,
  since timestamptz not null default statement_timestamp(),
  disabled_before bigint
);
comment on table job_recheck is 'Jobs that were paused, resumed or given another limit a moment ago. A statement that began before may still insert an instance by the old rule, so these are checked again for some seconds';
-- A change of a job with many instances takes several transactions; a crash must not forget this one.
comment on column job_recheck.disabled_before is 'Instances that the trigger made with smaller ids are canceled, because the job was disabled; null if it was not';

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

-- Partitions by creation day are made ahead; each default one takes what falls outside of every day.

create table instance_history (
  id bigint primary key,
  job_id bigint not null,
  job_version_id bigint not null,
  due_at timestamptz not null,
  fire_time timestamptz,
  started_at timestamptz,
  ended_at timestamptz not null,
  run_millis bigint,
  retry_of bigint,
  parent_id bigint,
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
-- A report can arrive long after its attempt has ended; the worker says how long the attempt ran.
comment on column instance_history.run_millis is 'As the worker measured it; ended_at is the arrival of its report';
comment on column instance_history.parent_id is 'The flow that waited for this one';
comment on column instance_history.state is '10 succeeded, 11 failed, 12 timed out, 13 canceled, 14 skipped';
comment on column instance_history.reported is 'True if the session''s own report ended it; such a report is ALREADY_ACCEPTED when it comes again';
-- Partial for the reason of instance_of_job.
create index instance_history_of_job on instance_history (job_id, id) where job_id is not null;
create table instance_history_default partition of instance_history default;

create table attempt (
  instance_id bigint not null,
  attempt integer not null,
  state smallint not null,
  reported boolean not null,
  session_id uuid not null,
  started_at timestamptz not null,
  ended_at timestamptz not null,
  run_millis bigint,
  error text,
  primary key (instance_id, attempt)
) partition by range (instance_id);
comment on table attempt is 'Attempts that were not the last one of their instance; the last one is in the instance''s own row';
comment on column attempt.run_millis is 'As the worker measured it; ended_at is the arrival of its report';
comment on column attempt.state is '11 failed, 12 timed out, 20 lost, 21 handed back';
create table attempt_default partition of attempt default;

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
create table log_chunk_default partition of log_chunk default;

create table pruned_fire_time (
  job_id bigint primary key references job,
  latest_fire_time timestamptz not null
);
comment on table pruned_fire_time is 'Jobs whose history is bounded to a number of instances: a backfill must not run again what was deleted';
comment on column pruned_fire_time.latest_fire_time is 'The latest fire time whose run was deleted from the history; which fire times up to there have run is not known any more';

-- Parts and nodes ---------------------------------------------------------------------------------

create table parent_instance (
  instance_id bigint primary key,
  total integer not null,
  made integer not null,
  parallelism integer not null,
  tolerated integer not null,
  ending smallint,
  ends_at timestamptz,
  ends_now boolean not null default false,
  succeeded integer,
  failed integer,
  flow boolean not null default false,
  depth smallint not null default 1,
  outermost bigint,
  nested_nodes integer not null default 0
) partition by range (instance_id);
comment on table parent_instance is 'What an instance that has, or had, parts knows of them';
comment on column parent_instance.made is 'Parts that exist or existed: those from 0 on';
comment on column parent_instance.tolerated is 'How many parts may fail';
comment on column parent_instance.ending is 'The state in which it ends once its running parts have; null while it makes parts';
comment on column parent_instance.ends_at is 'Of a flow that is ending, when it was canceled or timed out';
comment on column parent_instance.ends_now is 'Of a flow, whether a second cancel also cancels its nodes with when: ended';
comment on column parent_instance.succeeded is 'Counted at its end; null before';
comment on column parent_instance.flow is 'Whether it has nodes, which are in flow_node, instead of parts';
comment on column parent_instance.depth is '1, or for a flow in a flow one more than that of the outer one';
-- Inner flows may grow after the outer one was written, so nodes are counted when they start.
comment on column parent_instance.outermost is 'For a flow in a flow, the outermost one around it';
comment on column parent_instance.nested_nodes is 'Of an outermost flow, the nodes of all flows in it that were started';
create table parent_instance_default partition of parent_instance default;

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
create table part_history_default partition of part_history default;

create table flow_node (
  flow_id bigint not null,
  name text not null,
  job text not null,
  state smallint not null,
  instance_id bigint,
  result text,
  error text,
  reused boolean not null default false,
  primary key (flow_id, name)
) partition by range (flow_id);
comment on table flow_node is 'Nodes of instances that are flows; what they need is in the document of the flow';
comment on column flow_node.job is 'Its job, which is looked up when the node starts';
comment on column flow_node.state is '0 waits for other nodes, 3 started; terminal states as in instance_history';
comment on column flow_node.instance_id is 'The run of the node; null if it has none';
comment on column flow_node.result is 'What its run returned, if it succeeded';
comment on column flow_node.error is 'Why it failed without a run';
comment on column flow_node.reused is 'Whether a retry kept it from the flow that it retries';
create table flow_node_default partition of flow_node default;

-- Counts of ends ----------------------------------------------------------------------------------

-- By time, because the history is too long to count: docs/decisions/0039.

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
comment on column worker_session.held_count is 'How many attempts it held at its last renewal';
create index worker_session_ended on worker_session (ended_at) where ended_at is not null;
-- The due-work loop and lists read the live sessions every second, and the rows of ended ones stay
-- until their retention ends. A renewal changes neither the key nor ended_at, so it stays on its page.
create index worker_session_live on worker_session (id) where ended_at is null;

-- Workers and clients of PowerJob -----------------------------------------------------------------

-- Apps that are open to workers of PowerJob, which authenticate by their network only. Without a
-- password, no client call works.
create table powerjob_app (
  app_id integer primary key references app,
  name text not null unique,
  requested_name text,
  opened_at timestamptz not null default statement_timestamp(),
  client_salt bytea,
  client_rounds integer,
  client_password bytea,
  client_id bytea,
  reads_without_number boolean not null default false,
  constraint powerjob_app_client check (num_nulls(client_salt, client_rounds, client_password, client_id) in (0, 4))
);
comment on column powerjob_app.name is 'The name by which workers of PowerJob ask for the app';
-- A name that is not the app's own waits for an admin, since workers that ask for it trust the app.
comment on column powerjob_app.requested_name is 'The name that an operator asks for, until an admin confirms it';
comment on column powerjob_app.client_rounds is 'Of PBKDF2, so that passwords from before a change of their number work';
comment on column powerjob_app.client_password is 'The first half of PBKDF2 over the password';
comment on column powerjob_app.client_id is 'The hash of the secret number that clients send as appId';
comment on column powerjob_app.reads_without_number is 'Whether clients of 4.x read runs, without the secret number that they send with all other calls';

-- The replica that polls for a worker of PowerJob and sends it its work. A heartbeat may reach another
-- replica than this owner, which then reads it here.
create table powerjob_worker (
  app_id integer not null references app,
  address text not null,
  offer text not null,
  protocol text not null,
  tag text,
  session_id uuid not null,
  owner uuid not null,
  owner_seen_at timestamptz not null,
  heartbeat_at timestamptz not null default statement_timestamp(),
  overload boolean not null default false,
  idle boolean not null default false,
  sent bigint[],
  primary key (app_id, address, offer)
) with (fillfactor = 50);
comment on column powerjob_worker.offer is 'What its session can run: light runs, or heavy ones, of the jobs whose selectors the worker matches';
comment on column powerjob_worker.tag is 'Which the worker reports, for the selectors of jobs';
comment on column powerjob_worker.owner is 'A number of the process of the replica';
comment on column powerjob_worker.owner_seen_at is 'Another replica may take the worker ten seconds after this time';
comment on column powerjob_worker.heartbeat_at is 'The last heartbeat that another replica than the owner received';
comment on column powerjob_worker.overload is 'Whether that heartbeat said that the worker drops more work';
-- A worker that was started again has none of its runs; its owner may hear of it by this column only.
comment on column powerjob_worker.idle is 'Whether that heartbeat said that the worker has no run';
-- The next owner hands back the rest, and loses nothing that may have started.
comment on column powerjob_worker.sent is 'The instances whose attempts the owner had sent when it gave the worker up; null if it did not say so';

create table powerjob_attempt (
  wire_id bigint primary key,
  instance_id bigint not null,
  attempt integer not null,
  unique (instance_id, attempt)
);
comment on table powerjob_attempt is 'The second and later attempts that were sent to workers of PowerJob. The number of a first one is computed from its instance, and back';

-- The newest retry of a run that a client of PowerJob retried: it keeps asking for the first one.
create table powerjob_retry (
  id bigint primary key,
  instance_id bigint not null
);
comment on column powerjob_retry.id is 'The number that the client has, of a run that has ended';

create table powerjob_job (
  app_id integer not null references app,
  number bigint not null,
  job_id bigint not null unique references job on delete cascade,
  primary key (app_id, number)
);
comment on table powerjob_job is 'The jobs of an import: clients and workers of PowerJob know them by the numbers that they had there';

-- Webhooks ----------------------------------------------------------------------------------------

create table webhook (
  id bigint generated always as identity primary key,
  app_id integer not null references app,
  name text not null,
  version integer not null,
  format text not null default 'json',
  url text not null,
  events text[] not null,
  jobs text[],
  label_names text[],
  label_values text[],
  threshold integer not null,
  window_millis bigint not null,
  late_after_millis bigint not null,
  remind_after_millis bigint,
  language text not null default 'en',
  enabled boolean not null,
  disabled_reason text,
  receiver_key text,
  secret bytea not null,
  previous_secret bytea,
  previous_secret_expires_at timestamptz,
  busy_until timestamptz not null default '-infinity',
  unique (app_id, name)
);
comment on column webhook.jobs is 'Names; null means all jobs of the app';
comment on column webhook.label_names is 'Labels that the jobs have, in the order of label_values; null means any';
comment on column webhook.receiver_key is 'Of the receiver: the key that DingTalk and Feishu check, or the routing key of PagerDuty';
comment on column webhook.secret is 'The key itself, since a signature cannot be made from its hash';
comment on column webhook.previous_secret_expires_at is 'Until then both keys sign, so that the receiver can change over';
comment on column webhook.busy_until is 'A replica delivers to it, one message at a time, until then at the latest';

create table webhook_event (
  id bigint generated always as identity primary key,
  app_id integer not null,
  job_id bigint not null,
  instance_id bigint,
  state smallint,
  fires integer not null default 1,
  started_at timestamptz,
  at timestamptz not null default statement_timestamp(),
  error text,
  reason text,
  alarm text
);
comment on table webhook_event is 'Ends of instances, and of alarms by edits, that a webhook may report, not evaluated yet; nearly always empty';
comment on column webhook_event.state is 'As in instance_history; null where an edit ends alarms of the job';
comment on column webhook_event.at is 'When the run ended, or the last of missed fires was due';
comment on column webhook_event.started_at is 'Of the last attempt of a run';
comment on column webhook_event.reason is 'Why an alarm ends: DISABLED, DELETED, ALERT_REMOVED';
comment on column webhook_event.alarm is 'The one that ends';
comment on column webhook_event.fires is 'How many fire times were skipped; 1 for an end of a run';
-- Apps take turns when their events become messages.
create index webhook_event_of_app on webhook_event (app_id, id);

create table webhook_job_health (
  webhook_id bigint not null references webhook on delete cascade,
  job_id bigint not null,
  failures timestamptz[] not null default '{}',
  failing_since timestamptz,
  last_failure bigint,
  late_since timestamptz,
  overdue_since timestamptz,
  slow_since timestamptz,
  reminded_at timestamptz,
  primary key (webhook_id, job_id)
);
comment on table webhook_job_health is 'What each webhook was told of the health of each job; a missing row means that all is well';
comment on column webhook_job_health.failures is 'Those within the window, while it is not failing; fewer than the threshold';
comment on column webhook_job_health.last_failure is 'The instance that failed last';

-- What the newest end that counts says of a job, whatever the history keeps, and however many fires were
-- skipped since.
create table job_failing (
  job_id bigint primary key,
  failures integer not null,
  since timestamptz not null,
  last_at timestamptz not null,
  last_instance bigint not null
) with (fillfactor = 70);
comment on table job_failing is 'Jobs whose newest end that counts is a failure or a time-out';
comment on column job_failing.failures is 'In a row';
comment on column job_failing.since is 'The end of the first of them';

-- Each row is looked at once in its period: docs/decisions/0052. No row is written while a job runs
-- well, but for the next look.
create table job_watch (
  job_id bigint primary key references job on delete cascade,
  app_id integer not null,
  no_success_millis bigint,
  runs_longer_millis bigint,
  pause_after integer,
  counted_from timestamptz not null,
  success_check_at timestamptz,
  overdue_since timestamptz,
  slow_check_at timestamptz,
  slow_since timestamptz,
  failures_from timestamptz not null,
  failures_before integer not null default 0,
  pause_due boolean not null default false
) with (fillfactor = 70);
comment on table job_watch is 'Jobs that have alerts or onFailure; no success is expected of disabled ones';
comment on column job_watch.counted_from is 'The last success that a check found, or since when one is expected';
comment on column job_watch.success_check_at is 'When to look for a success; null if none is expected, also while job or app is paused';
comment on column job_watch.slow_check_at is 'When an instance may run too long; null if none can, and while the job is slow';
comment on column job_watch.failures_from is 'Failures that ended before do not count for a pause';
comment on column job_watch.failures_before is 'How many in a row there were then';
comment on column job_watch.pause_due is 'It failed so often that the scheduler pauses it; true until this is done and told';

-- A job that became overdue while no replica looked may only have to catch up.
create table watch_gap (
  looked_at timestamptz not null,
  from_at timestamptz not null,
  until_at timestamptz not null
);
comment on table watch_gap is 'One row: the last time in which no replica looked for overdue jobs';
comment on column watch_gap.looked_at is 'When one did last, to ten seconds';
insert into watch_gap (looked_at, from_at, until_at) values (statement_timestamp(), '-infinity', '-infinity');

create index job_watch_success on job_watch (app_id, success_check_at) where success_check_at is not null;
create index job_watch_slow on job_watch (app_id, slow_check_at) where slow_check_at is not null;
create index job_watch_overdue on job_watch (job_id) where overdue_since is not null;
create index job_watch_pause on job_watch (job_id) where pause_due;

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
-- neither ids nor times of ends follow the order of the commits.
create function record_missed_fires() returns trigger
language plpgsql as
$$
begin
  insert into webhook_event (app_id, job_id, instance_id, state, fires, at, error)
  select j.app_id, new.job_id, new.id, new.state, coalesce(new.skipped_count, 1), new.due_at, new.reason
  from job j
  where j.id = new.job_id and exists (
    select from webhook w where w.app_id = j.app_id and w.enabled and 'missed' = any(w.events));
  return null;
end
$$;

create trigger record_missed_fires after insert on instance_history
for each row when (new.state = 14 and new.reason = 'MISSED')
execute function record_missed_fires();

-- Keeps job_failing, and records the ends that a webhook or a pause may concern: docs/decisions/0056. A
-- success of a job that is well costs two probes, and writes nothing. Rows are locked in the order of the
-- jobs, and before events get their ids, so the events of a job are in the order of its changes. Whoever
-- ends instances locks nothing afterwards that is not locked already.
create function judge_ends() returns trigger
language plpgsql as
$$
declare
  judged bigint[] := array(
    select e.job_id
    from (select job_id, bool_or(state <> 10) as failed from ended where state in (10, 11, 12)
      group by job_id) e
    where e.failed or (select true from job_failing f where f.job_id = e.job_id limit 1)
      or (select true from job_watch w where w.job_id = e.job_id
        and (w.overdue_since is not null or w.slow_since is not null) limit 1)
    order by e.job_id);
  succeeded bigint[];
  success_ids bigint[];
  success_at timestamptz[];
  well bigint[];
begin
  if judged = '{}' then
    return null;
  end if;
  select array_agg(s.job_id), array_agg(s.id), array_agg(s.ended_at)
  into succeeded, success_ids, success_at
  from (select distinct on (job_id) job_id, id, ended_at from ended
    where state = 10 and job_id = any(judged) order by job_id, ended_at desc, id desc) s;
  -- A newer success replaces the failures before it; no failures is a row that goes.
  insert into job_failing as f (job_id, failures, since, last_at, last_instance)
  select job_id, count(*) filter (where fails),
    coalesce(min(ended_at) filter (where fails), 'infinity'),
    coalesce(max(ended_at) filter (where fails), '-infinity'),
    coalesce((array_agg(id order by ended_at desc, id desc) filter (where fails))[1], 0)
  from (
    select job_id, id, ended_at, state <> 10
      and (ended_at, id) > (coalesce(success_at[p], '-infinity'), coalesce(success_ids[p], 0)) as fails
    from (select *, array_position(succeeded, job_id) as p from ended
      where state in (10, 11, 12) and job_id = any(judged)) e) e
  group by job_id order by job_id
  on conflict (job_id) do update set (failures, since, last_at, last_instance) = (
    select case when replaces then 0 else f.failures end + excluded.failures,
      case when replaces then excluded.since else least(f.since, excluded.since) end,
      case when replaces then excluded.last_at else greatest(f.last_at, excluded.last_at) end,
      case when replaces or (excluded.last_at, excluded.last_instance) > (f.last_at, f.last_instance)
        then excluded.last_instance else f.last_instance end
    from (select coalesce((f.last_at, f.last_instance)
      < (success_at[array_position(succeeded, f.job_id)], success_ids[array_position(succeeded, f.job_id)]),
      false) as replaces) r);
  well := array(
    select s.id from unnest(succeeded, success_ids, success_at) as s(job_id, id, at)
    where s.at <= (select f.since from job_failing f where f.job_id = s.job_id limit 1));
  delete from job_failing where job_id = any(succeeded) and failures = 0;
  insert into webhook_event (app_id, job_id, instance_id, state, started_at, at, error)
  select j.app_id, e.job_id, e.id, e.state, e.started_at, e.ended_at,
    case when e.state <> 10 then left(coalesce(e.error, e.reason), 1000) end
  from ended e cross join lateral (select app_id from job where id = e.job_id limit 1) j
  where (e.state in (11, 12) or e.id = any(well)) and (exists (
      select from webhook w where w.app_id = j.app_id and w.enabled
        and w.events && array['failed', 'recovered'])
    or exists (select from job_watch w where w.job_id = e.job_id
      and case when e.state <> 10 then w.pause_after is not null
        else w.overdue_since is not null or w.slow_since is not null and
          e.ended_at - e.started_at <= w.runs_longer_millis * interval '1 millisecond' end))
  order by e.ended_at, e.id;
  return null;
end
$$;

create trigger judge_ends after insert on instance_history
referencing new table as ended
for each statement execute function judge_ends();

-- A success and a failure whose transactions overlap do not see each other. Each counted success passes
-- here once, soon after its commit.
create function settle_failures() returns trigger
language plpgsql as
$$
begin
  with newest as materialized (
    select job_id, max(ended_at) as at from counted where state = 10 group by job_id
  ), late as materialized (
    select f.job_id, n.at from newest n cross join lateral (
      select f.job_id from job_failing f where f.job_id = n.job_id and f.last_at < n.at limit 1) f
  ), locked as materialized (
    select f.job_id from job_failing f where f.job_id = any(array(select job_id from late))
    order by f.job_id for update
  ), gone as (
    delete from job_failing f using locked l, late
    where f.job_id = l.job_id and late.job_id = l.job_id and f.last_at < late.at
    returning f.job_id, late.at
  )
  insert into webhook_event (app_id, job_id, state, fires, at)
  select j.app_id, g.job_id, 10, 1, g.at
  from gone g join job j on j.id = g.job_id
  where exists (select from webhook w where w.app_id = j.app_id and w.enabled
    and w.events && array['failed', 'recovered']);
  return null;
end
$$;

create trigger settle_failures after delete on end_count_batch
referencing old table as counted
for each statement execute function settle_failures();

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
