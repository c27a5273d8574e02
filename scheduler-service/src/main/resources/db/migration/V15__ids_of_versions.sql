-- Ids that a database which went back in time does not assign again: docs/decisions/0040. The ids of
-- existing rows stay. Each table has a transaction of its own: the locks of several together could wait
-- for those of a replica.
--
-- Milliseconds in front, as for instances, so the order of ids stays that of their creation.
alter table job_version alter column id drop identity if exists;
alter table job_version alter column id set default new_instance_id();
