-- In a transaction of its own: the locks of both tables together could wait for those of a replica.
alter table job_version
  add column author_role text,
  add column author_token bigint;
comment on column job_version.author_role is 'Role of the token that wrote the version; null where a release without this column wrote it';
comment on column job_version.author_token is 'Id of that token; null for the admin token';
