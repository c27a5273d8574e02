-- Nullable, so that a replica of the old release can insert jobs during the upgrade.
alter table job add column owner text;
comment on column job.owner is 'The file that manages the job, by the name that its apply gives; null where none does';
