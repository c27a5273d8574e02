-- A running instance that was asked to stop ends later, and then with this reason.
alter table instance add column cancel_reason text;
comment on column instance.cancel_reason is 'Why it was asked to stop; null if a release before this column asked';
