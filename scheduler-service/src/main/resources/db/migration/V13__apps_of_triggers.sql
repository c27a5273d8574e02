-- In a transaction of its own, so that replicas of the release before read triggers meanwhile.
update trigger t set app_id = j.app_id from job j where j.id = t.job_id and t.app_id is null;

-- Partial for the reason of instance_of_job: only queries by app can use it.
create index trigger_of_app on trigger (app_id, next_fire_at, priority desc) where app_id is not null;
