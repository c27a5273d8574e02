package worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import tech.powerjob.worker.core.processor.ProcessResult;
import tech.powerjob.worker.core.processor.TaskContext;
import tech.powerjob.worker.core.processor.TaskResult;
import tech.powerjob.worker.core.processor.sdk.BroadcastProcessor;

/**
 * Runs on each worker; the result of the run has the processes that ran it. If the job has
 * parameters, they name a file, to which each process writes itself.
 */
public class Cast implements BroadcastProcessor {
  @Override
  public ProcessResult process(TaskContext context) throws IOException {
    context.getOmsLogger().info("cast by {}", ProcessHandle.current().pid());
    if (!context.getJobParams().isEmpty()) {
      Files.writeString(
          Path.of(context.getJobParams()),
          ProcessHandle.current().pid() + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
    return new ProcessResult(true, Long.toString(ProcessHandle.current().pid()));
  }

  @Override
  public ProcessResult postProcess(TaskContext context, List<TaskResult> results) {
    // Besides those of the workers, there is the empty result of the first task.
    return new ProcessResult(
        true,
        "cast by "
            + results.stream()
                .map(TaskResult::getResult)
                .filter(result -> !result.isEmpty())
                .sorted()
                .toList());
  }
}
