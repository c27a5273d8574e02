-- As for jobs, in a transaction of its own.
alter table app
  add column paused_at timestamptz,
  add column paused_by_role text,
  add column paused_by_token bigint,
  add column pause_note text;
comment on column app.paused_at is 'Of the last pause, as are the columns behind it; they count while paused is true. Null where a release without these columns paused the app';
