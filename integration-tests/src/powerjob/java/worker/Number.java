package worker;

import tech.powerjob.worker.core.processor.ProcessResult;
import tech.powerjob.worker.core.processor.TaskContext;
import tech.powerjob.worker.core.processor.sdk.BasicProcessor;

/** Succeeds with the number of the job. */
public class Number implements BasicProcessor {
  @Override
  public ProcessResult process(TaskContext context) {
    return new ProcessResult(true, "job " + context.getJobId());
  }
}
