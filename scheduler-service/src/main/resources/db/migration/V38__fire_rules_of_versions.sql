-- The part of a document that a fire reads: docs/decisions/0048. A generated column cannot differ from its
-- document, whoever writes the version, and fills itself in for existing ones.
create function fire_rule_of(document jsonb) returns jsonb
language sql immutable parallel safe
return case when document -> 'trigger' is not null and document -> 'trigger' <> 'null' then
  jsonb_strip_nulls(jsonb_build_object(
    'trigger', document -> 'trigger',
    'overlap', document -> 'overlap',
    'misfire', document -> 'misfire',
    'catchUpWindow', document -> 'catchUpWindow'))
end;

alter table job_version add column fire_rule jsonb generated always as (fire_rule_of(document)) stored;
comment on column job_version.fire_rule is 'The fields of the document that a fire needs; null without a trigger';
