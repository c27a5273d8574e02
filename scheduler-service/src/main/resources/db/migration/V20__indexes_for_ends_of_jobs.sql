-- The end of a version checks the foreign key of job.version_id, which would read all jobs for each.
create index job_of_version on job (version_id);
-- For what an app stores, also in its deleted jobs.
create index job_of_app on job (app_id);
