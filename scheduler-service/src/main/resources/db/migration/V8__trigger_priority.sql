-- What is due at the same instant fires in the order of priority. A copy of the job version's, so
-- that one index gives the order. An older release leaves it as it is when it edits a job.
alter table trigger add column priority smallint not null default 0;
update trigger t set priority = v.priority
  from job j join job_version v on v.id = j.version_id where j.id = t.job_id;
comment on column trigger.priority is 'Of the job''s current version';

drop index trigger_due;
create index trigger_due on trigger (next_fire_at, priority desc) where next_fire_at is not null;
