-- Pause, concurrency and the overlap policies that queue. What must not start is blocked (state 2)
-- and in none of the indexes that claims use.

alter table instance
  add column slotted boolean not null default false,
  add column queued boolean not null default false;
comment on column instance.state is '0 scheduled, 1 ready, 2 blocked, 3 running (WAITING is 0, 1 and 2 to users); terminal states are in the history';
comment on column instance.slotted is 'Its job has a row in job_slot: it becomes ready by way of blocked, and its end may let others in';
comment on column instance.queued is 'Blocked until everything of its job that came before has ended';

create index instance_blocked on instance (job_id, priority desc, id) where state = 2 and not queued;
create index instance_queued on instance (job_id, fire_time) where queued;
create index instance_in_slot on instance (job_id) where slotted and state in (1, 3);

-- A job whose instances wait for each other. Only whoever holds this row's lock makes its blocked
-- instances ready, and counts before what is ready or running; there is no counter that could drift.
create table job_slot (
  job_id bigint primary key references job,
  concurrency integer check (concurrency > 0)
);
comment on column job_slot.concurrency is 'How many instances may be ready or running at once; null where only the overlap policy queues';

-- Jobs that were paused, resumed or given another limit a moment ago. A statement that began before
-- may still insert an instance by the old rule, so these are looked at again for some seconds.
create table unsettled_job (
  job_id bigint primary key references job,
  since timestamptz not null default statement_timestamp()
);

-- Runs for fire times in the past that never ran, asked for by a person.
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
comment on column backfill.first_instance is 'Its instances are those of the job from here to last_instance that have a fire time and repeat no other';
create index backfill_of_job on backfill (job_id, id);
