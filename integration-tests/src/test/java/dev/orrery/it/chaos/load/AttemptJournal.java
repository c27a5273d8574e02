package dev.orrery.it.chaos.load;

import dev.orrery.it.chaos.check.Facts.Document;
import dev.orrery.it.chaos.check.Facts.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The journals of attempts.
 *
 * @param wrongClocks attempts that began under a wall clock that was off by hours
 */
public record AttemptJournal(List<Trace> traces, int wrongClocks) {
  private static final long HOUR_MILLIS = 3_600_000;

  /** Reads the files of all agents, each written by one process. */
  public static AttemptJournal read(Path directory) throws IOException {
    List<Trace> traces = new ArrayList<>();
    Map<Document, Document> documents = new HashMap<>();
    int wrongClocks = 0;
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        wrongClocks += read(file, traces, documents);
      }
    }
    return new AttemptJournal(traces, wrongClocks);
  }

  /**
   * @param documents already read documents, which are few compared to the traces
   */
  private static int read(Path file, List<Trace> traces, Map<Document, Document> documents)
      throws IOException {
    long rightAheadMillis = aheadMillis(System.currentTimeMillis(), System.nanoTime());
    Map<String, Integer> open = new HashMap<>();
    int wrong = 0;
    // Whoever was killed while it wrote its last line had not begun, or had not ended, for others.
    String content = Files.readString(file);
    for (String line : content.substring(0, content.lastIndexOf('\n') + 1).lines().toList()) {
      String[] words = line.split(" ", -1);
      String mark = words[1] + " " + words[2];
      long nanos = Long.parseLong(words[3]);
      if (words[0].equals("start")) {
        open.put(mark, traces.size());
        Document ran = new Document(words[5], Integer.parseInt(words[6]), words[7]);
        traces.add(
            new Trace(
                Long.parseLong(words[1]),
                Integer.parseInt(words[2]),
                nanos,
                null,
                documents.computeIfAbsent(ran, first -> first)));
        long ahead = aheadMillis(Long.parseLong(words[4]), nanos);
        wrong += Math.abs(ahead - rightAheadMillis) > HOUR_MILLIS / 2 ? 1 : 0;
      } else if (open.containsKey(mark)) {
        // One that was started twice has a second end, which tells nothing more than its start.
        int index = open.remove(mark);
        Trace begun = traces.get(index);
        traces.set(
            index, new Trace(begun.id(), begun.attempt(), begun.startNanos(), nanos, begun.ran()));
      }
    }
    return wrong;
  }

  /** Returns how far a wall clock is ahead of the monotonic clock. */
  private static long aheadMillis(long wallMillis, long nanos) {
    return wallMillis - nanos / 1_000_000;
  }
}
