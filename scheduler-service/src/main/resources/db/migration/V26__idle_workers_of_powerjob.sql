-- A worker that was started again has none of its runs; its owner may hear of it by this column only.
alter table powerjob_worker
  add column idle boolean not null default false;
comment on column powerjob_worker.idle is 'Whether that heartbeat said that the worker has no run';
