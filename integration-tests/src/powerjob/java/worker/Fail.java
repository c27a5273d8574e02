package worker;

import tech.powerjob.worker.core.processor.ProcessResult;
import tech.powerjob.worker.core.processor.TaskContext;
import tech.powerjob.worker.core.processor.sdk.BasicProcessor;

/** Fails each time. */
public class Fail implements BasicProcessor {
  @Override
  public ProcessResult process(TaskContext context) {
    return new ProcessResult(false, "failed on purpose");
  }
}
