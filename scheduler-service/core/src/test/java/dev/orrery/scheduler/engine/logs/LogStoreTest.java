package dev.orrery.scheduler.engine.logs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsRequest.Line;
import dev.orrery.scheduler.base.database.StoreTest;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads of log chunks and their limits. */
class LogStoreTest extends StoreTest {
  private static final int MANY = 100;

  /** Of each chunk: its text and the fields of a line in a response. */
  private static final int BYTES = Line.weight("stdout", "line") + 64;

  private LogStore store;

  @BeforeEach
  void storeThreeChunks() {
    store = new LogStore(database.hot(), new ObjectMapper());
    store.insert(
        IntStream.range(0, 3)
            .mapToObj(at -> new Chunk(1, 1, at, List.of(new Line(0, "stdout", "line"))))
            .toList());
  }

  /** An empty page would pass for the end of the log. */
  @Test
  void readsFirstLogChunkRegardlessOfSize() {
    assertThat(read(MANY, 1)).containsExactly(0);
    assertThat(read(MANY, BYTES)).containsExactly(0);
  }

  @Test
  void stopsAfterLogChunkExceedingByteLimit() {
    assertThat(read(MANY, BYTES + 1)).containsExactly(0, 1);
    assertThat(read(MANY, 2 * BYTES)).containsExactly(0, 1);
    assertThat(read(MANY, 2 * BYTES + 1)).containsExactly(0, 1, 2);
  }

  @Test
  void limitsNumberOfLogChunksPerRead() {
    assertThat(read(2, 3 * BYTES)).containsExactly(0, 1);
  }

  @Test
  void countsResponseSizeOfEmptyLinesTowardsByteLimit() {
    int lines = 10_000;
    for (int chunk = 0; chunk < 3; chunk++) {
      store.insert(
          List.of(
              new Chunk(
                  1, 2, chunk * lines, Collections.nCopies(lines, new Line(0, "stdout", "")))));
    }

    List<LogLine> read = store.read(1, 2, LogCursor.START, new LogStore.Limit(MANY, 1024 * 1024));

    assertThat(read).hasSize(2 * lines);
  }

  @Test
  void appendsUnnumberedLinesAfterLastLineOfTheirAttempt() {
    List<Line> two = Collections.nCopies(2, new Line(0, "stdout", "line"));

    List<Chunk> left =
        store.append(
            List.of(new Chunk(1, 1, 0, two), new Chunk(1, 2, 0, two), new Chunk(1, 1, 0, two)));

    assertThat(left).isEmpty();
    assertThat(read(MANY, MANY * BYTES)).containsExactly(0, 1, 2, 3, 4, 5, 6, 0, 1);
    assertThat(store.read(1, 2, LogCursor.START, new LogStore.Limit(MANY, MANY * BYTES)))
        .extracting(LogLine::sequence)
        .containsExactly(0, 1);
  }

  private List<Integer> read(int chunks, int bytes) {
    return store.read(1, null, LogCursor.START, new LogStore.Limit(chunks, bytes)).stream()
        .map(LogLine::sequence)
        .toList();
  }
}
