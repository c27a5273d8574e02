-- Apps that are open to workers of PowerJob, which authenticate by their network only.
create table powerjob_app (
  app_id integer primary key references app,
  name text not null unique,
  opened_at timestamptz not null default statement_timestamp()
);
comment on column powerjob_app.name is 'The name by which workers of PowerJob ask for the app';

-- The replica that polls for a worker of PowerJob and sends it its work.
create table powerjob_worker (
  app_id integer not null references app,
  address text not null,
  session_id uuid not null,
  owner uuid not null,
  owner_seen_at timestamptz not null,
  primary key (app_id, address)
) with (fillfactor = 50);
comment on column powerjob_worker.owner is 'A number of the process of the replica';
comment on column powerjob_worker.owner_seen_at is 'Another replica may take the worker ten seconds after this time';

-- The numbers of second and later attempts in messages of PowerJob; the first has that of its run.
create table powerjob_attempt (
  wire_id bigint primary key,
  instance_id bigint not null,
  attempt integer not null,
  unique (instance_id, attempt)
);
