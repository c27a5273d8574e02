-- Nullable, so that a replica of the old release can pause and resume during the upgrade.
alter table job
  add column paused_at timestamptz,
  add column paused_by_role text,
  add column paused_by_token bigint,
  add column pause_note text;
comment on column job.paused_at is 'Of the last pause, as are the columns behind it; they count while paused is true. Null where a release without these columns paused the job';
comment on column job.paused_by_token is 'Id of the token that paused it; null for the admin token';
