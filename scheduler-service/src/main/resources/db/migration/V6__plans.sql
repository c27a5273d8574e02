-- While a table of the queue is small, the planner takes any of its indexes for as good as another,
-- and a plan made then may live on when it is large. An index that is partial by a column that is
-- never null serves whoever asks for that column, and cannot be taken by whoever asks for the id alone.
drop index instance_of_job;
create index instance_of_job on instance (job_id, id) where job_id is not null;

drop index instance_history_of_job;
create index instance_history_of_job on instance_history (job_id, id) where job_id is not null;
