-- What lists, resumes and ends need of a document without unpacking it: 500 documents may have 125 MiB.
alter table job_version
  add column document_bytes integer generated always as (octet_length(document::text)) stored,
  add column enabled boolean generated always as (document -> 'enabled' is distinct from 'false'::jsonb) stored;
comment on column job_version.document_bytes is 'Of the document as JSON';
