package dev.orrery.scheduler.workerapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.problem.ProblemMapper;
import dev.orrery.scheduler.share.AppTurns;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MessageReaderTest {
  private static final int APP = 1;
  private static final int OTHER = 2;

  /** The turns that begin, which the test runs. */
  private final Queue<Runnable> begun = new ArrayDeque<>();

  private final MessageReader reader =
      new MessageReader(new ObjectMapper(), new AppTurns(begun::add, 2));

  @Test
  void smallMessageIsReadAtOnceOnTheThreadOfTheCaller() {
    CompletableFuture<ReportRequest> read =
        reader.read(WorkerOperation.REPORT, APP, report(MessageReader.SMALL));

    assertThat(read).isCompleted();
    assertThat(read.join().session()).isEqualTo("s");
  }

  @Test
  void largeMessageIsReadWhenItIsTheTurnOfItsApp() {
    CompletableFuture<ReportRequest> first = readLarge(APP);
    CompletableFuture<ReportRequest> second = readLarge(APP);
    CompletableFuture<ReportRequest> other = readLarge(OTHER);

    assertThat(begun).hasSize(2);
    assertThat(first).isNotDone();
    begun.remove().run();
    assertThat(first.join().session()).isEqualTo("s");
    assertThat(second).isNotDone();
    begun.remove().run();
    assertThat(other.join().session()).isEqualTo("s");
    begun.remove().run();
    assertThat(second.join().session()).isEqualTo("s");
  }

  private CompletableFuture<ReportRequest> readLarge(int app) {
    return reader.read(WorkerOperation.REPORT, app, report(MessageReader.SMALL + 1));
  }

  @Test
  void messageThatIsNoneIsRefusedWhateverItsSize() {
    byte[] small = "{".getBytes(StandardCharsets.UTF_8);
    byte[] large = ("[" + "1,".repeat(MessageReader.SMALL)).getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> reader.read(WorkerOperation.REPORT, APP, small))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.MALFORMED));
    CompletableFuture<ReportRequest> read = reader.read(WorkerOperation.REPORT, APP, large);
    begun.remove().run();
    assertThat(
            read.handle((request, failure) -> ProblemMapper.from(failure).problem().code()).join())
        .isEqualTo(ErrorCode.MALFORMED);
  }

  /** A report of this many bytes. */
  private static byte[] report(int length) {
    String start = "{\"session\":\"s\",\"reports\":[],\"unknown\":\"";
    String message = start + "x".repeat(length - start.length() - 2) + "\"}";
    return message.getBytes(StandardCharsets.UTF_8);
  }
}
