-- An owner that stops says what it has sent: the next one hands back the rest, and loses nothing that
-- may have started.
alter table powerjob_worker add column sent bigint[];
comment on column powerjob_worker.sent is 'The instances whose attempts the owner had sent when it gave the worker up; null if it did not say so';
comment on table powerjob_attempt is 'The second and later attempts that were sent to workers of PowerJob. The number of a first one is computed from its instance, and back';
