-- Where the history of a job is kept to a number of instances, the fire times of what was deleted are
-- known by this alone: a backfill must not run them a second time.
create table forgotten_fires (
  job_id bigint primary key references job,
  until_at timestamptz not null
);
comment on column forgotten_fires.until_at is 'The latest fire time whose run was deleted from the history; which ones up to there have run is not known any more';
