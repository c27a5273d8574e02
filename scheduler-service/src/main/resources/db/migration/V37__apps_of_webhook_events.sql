-- Apps take turns when their events become messages.
alter table webhook_event add column app_id integer;
update webhook_event e set app_id = j.app_id from job j where j.id = e.job_id;
delete from webhook_event where app_id is null;
alter table webhook_event alter column app_id set not null;
create index webhook_event_of_app on webhook_event (app_id, id);

create or replace function record_webhook_event() returns trigger
language plpgsql as
$$
begin
  insert into webhook_event (app_id, job_id, instance_id, state, fires, at, error)
  select j.app_id, new.job_id, new.id, new.state, coalesce(new.skipped_count, 1), new.ended_at,
    left(coalesce(new.error, new.reason), 1000)
  from job j
  where j.id = new.job_id and exists (
    select from webhook w where w.app_id = j.app_id and w.enabled
      and w.events && case when new.state = 14 then array['missed'] else array['failed', 'recovered'] end);
  return null;
end
$$;
