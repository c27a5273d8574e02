create function new_app_id() returns integer
language plpgsql volatile
as $$
declare
  candidate integer;
begin
  loop
    candidate := 1 + floor(random() * 2147483646)::integer;
    exit when not exists (select from app where id = candidate);
  end loop;
  return candidate;
end
$$;

alter table app alter column id drop identity if exists;
alter table app alter column id set default new_app_id();
