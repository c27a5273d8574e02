-- An integer has no room for milliseconds, and the column is in each instance: a random number that no
-- lane has.
create function new_lane_id() returns integer
language plpgsql volatile
as $$
declare
  candidate integer;
begin
  loop
    candidate := 1 + floor(random() * 2147483646)::integer;
    exit when not exists (select from lane where id = candidate);
  end loop;
  return candidate;
end
$$;

alter table lane alter column id drop identity if exists;
alter table lane alter column id set default new_lane_id();
