-- How far running attempts have come: written every few seconds, so apart from the hot table. A row
-- is the instance's newest attempt; nothing but the primary key is indexed, so updates stay on
-- their page.
create table progress (
  instance_id bigint primary key,
  attempt integer not null,
  percent smallint not null,
  line text,
  at timestamptz not null
) with (
  fillfactor = 50,
  autovacuum_vacuum_scale_factor = 0.05,
  autovacuum_vacuum_cost_delay = 0
);
