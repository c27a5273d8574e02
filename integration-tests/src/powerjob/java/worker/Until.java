package worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import tech.powerjob.worker.core.processor.ProcessResult;
import tech.powerjob.worker.core.processor.TaskContext;
import tech.powerjob.worker.core.processor.sdk.BasicProcessor;

/**
 * Runs until the file {@code end} is in the directory that the parameters of the job name, and
 * writes to its file {@code journal} what starts and what ends, with its process.
 */
public class Until implements BasicProcessor {
  @Override
  public ProcessResult process(TaskContext context) throws Exception {
    Path directory = Path.of(context.getJobParams());
    write(directory, "start", context);
    while (!Files.exists(directory.resolve("end"))) {
      Thread.sleep(50);
    }
    write(directory, "end", context);
    return new ProcessResult(true, "ended in " + ProcessHandle.current().pid());
  }

  private static void write(Path directory, String what, TaskContext context) throws IOException {
    Files.writeString(
        directory.resolve("journal"),
        what + " " + context.getInstanceId() + " " + ProcessHandle.current().pid() + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
