-- Finds the backfill that made an instance: the last one of its job that begins at or before it.
create index backfill_of_instance on backfill (job_id, first_instance);
