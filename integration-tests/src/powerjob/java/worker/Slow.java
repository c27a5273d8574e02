package worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import tech.powerjob.worker.core.processor.ProcessResult;
import tech.powerjob.worker.core.processor.TaskContext;
import tech.powerjob.worker.core.processor.sdk.BasicProcessor;

/** Takes long to make, as one that loads a model does; each run is a line in the journal. */
public class Slow implements BasicProcessor {
  public Slow() throws InterruptedException {
    Thread.sleep(20_000);
  }

  @Override
  public ProcessResult process(TaskContext context) throws IOException {
    Files.writeString(
        Path.of(context.getJobParams()).resolve("journal"),
        "start " + context.getInstanceId() + " " + ProcessHandle.current().pid() + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    return new ProcessResult(true, "made");
  }
}
