-- Who is told when the state of a job changes ------------------------------------------------------

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
  previous_secret_until timestamptz,
  busy_until timestamptz not null default '-infinity',
  unique (app_id, name)
);
comment on column webhook.secret is 'The key itself, since a signature cannot be made from its hash';
comment on column webhook.previous_secret_until is 'So long both keys sign, so that the receiver can change over';
comment on column webhook.jobs is 'Names; null means all jobs of the app';
comment on column webhook.busy_until is 'A replica delivers to it, one message at a time, until then at the latest';

-- What has changed, and is not evaluated yet; as good as empty.
create table notice (
  id bigint generated always as identity primary key,
  job_id bigint not null,
  instance_id bigint not null,
  state smallint not null,
  fires integer not null,
  at timestamptz not null,
  error text
);

-- How each job stands for each webhook that heard of it; a missing row means that all is well.
create table webhook_job (
  webhook_id bigint not null references webhook on delete cascade,
  job_id bigint not null,
  failures timestamptz[] not null default '{}',
  failing_since timestamptz,
  last_failure bigint,
  late_since timestamptz,
  primary key (webhook_id, job_id)
);
comment on column webhook_job.failures is 'Those within the window, while it is not failing; fewer than the threshold';
comment on column webhook_job.last_failure is 'The instance that failed last; a success is looked for behind it';

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

-- An end is noted by the very transaction that writes it: whoever was told of the end can rely on
-- the notification, whatever dies afterwards. A cursor over the history could not do that, since
-- neither ids nor times of ends follow the order of the commits. The condition is looked at row by
-- row and lets no success in; apps without webhooks pay two probes of small tables for each failure.
create function note_change() returns trigger
language plpgsql as
$$
begin
  insert into notice (job_id, instance_id, state, fires, at, error)
  select new.job_id, new.id, new.state, coalesce(new.skipped_count, 1), new.ended_at,
    left(coalesce(new.error, new.reason), 1000)
  where exists (
    select from job j join webhook w on w.app_id = j.app_id and w.enabled
    where j.id = new.job_id
      and w.events && case when new.state = 14 then array['missed'] else array['failed', 'recovered'] end);
  return null;
end
$$;

create trigger change_is_noted after insert on instance_history
for each row when (new.state in (11, 12) or (new.state = 14 and new.reason = 'MISSED'))
execute function note_change();
