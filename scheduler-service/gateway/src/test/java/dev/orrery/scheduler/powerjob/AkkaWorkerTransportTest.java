package dev.orrery.scheduler.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.powerjob.AskAnswer;
import dev.orrery.powerjob.RunRequest;
import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.powerjob.port.WorkerPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AkkaWorkerTransportTest implements WorkerPort {
  private static final WorkerAddress WORKER = new WorkerAddress("10.0.0.7", 27777);

  private final AkkaWorkerTransport transport = new AkkaWorkerTransport();
  private final WorkerChannel worker = new WorkerChannel(transport, WORKER);
  private final List<String> sent = new ArrayList<>();
  private boolean isTooLarge;
  private CompletableFuture<AskAnswer> answer = new CompletableFuture<>();

  @Override
  public boolean isResponding() {
    return true;
  }

  @Override
  public long replacements() {
    return 0;
  }

  @Override
  public int port() {
    return 10086;
  }

  @Override
  public String address() {
    return "10.0.0.5:10086";
  }

  @Override
  public void run(WorkerAddress worker, RunRequest request) {
    if (isTooLarge) {
      throw new IllegalArgumentException("too large");
    }
    sent.add("run " + worker);
  }

  @Override
  public void stop(WorkerAddress worker, long wireId) {
    sent.add("stop " + worker + " " + wireId);
  }

  @Override
  public CompletableFuture<AskAnswer> ask(WorkerAddress worker, long wireId, Duration timeout) {
    return answer;
  }

  @Override
  public void close() {
    transport.closed();
  }

  @Test
  void sendsNothingWhilePortIsClosed() {
    assertThat(transport.isOpen()).isFalse();
    assertThat(transport.address()).isEmpty();
    assertThat(transport.run(worker, null).cause())
        .isInstanceOf(WorkerTransport.UnsentException.class);
    assertThat(transport.knows(worker, 1).cause())
        .isInstanceOf(WorkerTransport.UnsentException.class);
    assertThat(sent).isEmpty();
  }

  @Test
  void sendsOverOpenPortUntilItCloses() {
    transport.opened(this);

    assertThat(transport.address()).hasValue("10.0.0.5:10086");
    assertThat(transport.run(worker, null).succeeded()).isTrue();
    assertThat(transport.stop(worker, 5).succeeded()).isTrue();
    close();
    assertThat(transport.stop(worker, 5).failed()).isTrue();
    assertThat(sent).containsExactly("run 10.0.0.7:27777", "stop 10.0.0.7:27777 5");
  }

  @Test
  void failsRunThatIsTooLarge() {
    transport.opened(this);
    isTooLarge = true;

    assertThat(transport.run(worker, null).cause())
        .isInstanceOf(WorkerTransport.UnfitException.class)
        .hasMessage("too large");
  }

  @Test
  void reportsWhetherWorkerKnowsRun() {
    transport.opened(this);
    answer.complete(AskAnswer.refused("can't find TaskTracker"));

    assertThat(transport.knows(worker, 1).result()).isFalse();
    answer = CompletableFuture.completedFuture(AskAnswer.OK);
    assertThat(transport.knows(worker, 1).result()).isTrue();
    answer = CompletableFuture.failedFuture(new IllegalStateException("no answer"));
    assertThat(transport.knows(worker, 1).failed()).isTrue();
  }
}
