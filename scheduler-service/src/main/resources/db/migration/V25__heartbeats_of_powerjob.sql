-- A heartbeat that reached another replica than the owner, which reads it here.
alter table powerjob_worker
  add column heartbeat_at timestamptz not null default statement_timestamp(),
  add column overload boolean not null default false;
comment on column powerjob_worker.heartbeat_at is 'The last heartbeat that another replica than the owner received';
comment on column powerjob_worker.overload is 'Whether that heartbeat said that the worker drops more work';
