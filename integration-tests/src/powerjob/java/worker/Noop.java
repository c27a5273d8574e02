package worker;

import tech.powerjob.worker.core.processor.ProcessResult;
import tech.powerjob.worker.core.processor.TaskContext;
import tech.powerjob.worker.core.processor.sdk.BasicProcessor;

/** Logs a line, and succeeds with the parameters of the job. */
public class Noop implements BasicProcessor {
  @Override
  public ProcessResult process(TaskContext context) {
    context.getOmsLogger().info("got {}", context.getJobParams());
    return new ProcessResult(true, "done " + context.getJobParams());
  }
}
