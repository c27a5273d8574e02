package worker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;
import tech.powerjob.worker.core.processor.ProcessResult;
import tech.powerjob.worker.core.processor.TaskContext;
import tech.powerjob.worker.core.processor.TaskResult;
import tech.powerjob.worker.core.processor.sdk.MapReduceProcessor;

/**
 * Maps a number of items, and counts them at the end. The parameters of the job are {@code ITEMS
 * MILLIS FILE}: each item takes the time, and writes its number and its process to the file.
 */
public class Split implements MapReduceProcessor {
  private static final int BATCH = 200;

  @Override
  public ProcessResult process(TaskContext context) throws Exception {
    String[] parameters = context.getJobParams().split(" ");
    int items = Integer.parseInt(parameters[0]);
    if (isRootTask()) {
      for (int from = 0; from < items; from += BATCH) {
        map(IntStream.range(from, Math.min(items, from + BATCH)).boxed().toList(), "ITEM");
      }
      return new ProcessResult(true, "mapped " + items);
    }
    Thread.sleep(Long.parseLong(parameters[1]));
    Files.writeString(
        Path.of(parameters[2]),
        context.getSubTask() + " " + ProcessHandle.current().pid() + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    return new ProcessResult(true, "1");
  }

  @Override
  public ProcessResult reduce(TaskContext context, List<TaskResult> results) {
    // Besides those of the items, there is the result of the task that mapped them.
    return new ProcessResult(
        true,
        results.stream().filter(item -> "1".equals(item.getResult())).count()
            + " of "
            + (results.size() - 1));
  }
}
