alter table job alter column id drop identity if exists;
alter table job alter column id set default new_instance_id();
