-- Late triggers take turns by app. The function fills the column also for a replica of the release before,
-- which inserts triggers without it.
alter table trigger add column app_id integer;
comment on column trigger.app_id is 'Of the job, which never changes its app; a copy, so that one index gives the oldest triggers of an app';

create function set_app_of_trigger() returns trigger
language plpgsql as
$$
begin
  new.app_id := (select app_id from job where id = new.job_id);
  return new;
end
$$;

create trigger set_app before insert on trigger
for each row execute function set_app_of_trigger();
