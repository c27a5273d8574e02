-- The due-work loop and lists read the live sessions every second, and the rows of ended ones stay
-- until their retention ends. A renewal changes neither the key nor ended_at, so it stays on its page.
create index worker_session_live on worker_session (id) where ended_at is null;

-- A change of a job with many instances takes several transactions; a crash must not forget this one.
alter table job_recheck add column disabled_before bigint;
comment on column job_recheck.disabled_before is 'Instances that the trigger made with smaller ids are canceled, because the job was disabled; null if it was not';
