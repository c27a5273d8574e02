-- A deleted app keeps its row for its history; its name can be used again.
alter table app add column deleted_at timestamptz;
alter table app drop constraint app_name_key;
create unique index app_name on app (name) where deleted_at is null;
