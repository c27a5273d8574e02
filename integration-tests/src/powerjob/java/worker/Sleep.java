package worker;

import tech.powerjob.worker.core.processor.ProcessResult;
import tech.powerjob.worker.core.processor.TaskContext;
import tech.powerjob.worker.core.processor.sdk.BasicProcessor;

/** Sleeps for the milliseconds in the parameters of the job. */
public class Sleep implements BasicProcessor {
  @Override
  public ProcessResult process(TaskContext context) throws Exception {
    Thread.sleep(Long.parseLong(context.getJobParams()));
    return new ProcessResult(true, "slept");
  }
}
