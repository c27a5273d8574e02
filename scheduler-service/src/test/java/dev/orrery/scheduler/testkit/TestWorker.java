package dev.orrery.scheduler.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.AttemptReport.Outcome;
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.protocol.message.ByeResponse;
import dev.orrery.protocol.message.HandshakeResponse;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsResponse;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.protocol.message.RenewResponse;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.protocol.message.ReportResponse.Verdict;
import dev.orrery.protocol.message.WorkerOffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A worker that does nothing by itself: the test says each verb. What it was given and has not
 * reported it names as held, unless the test says otherwise.
 */
public final class TestWorker {
  public static final Duration LONG = Duration.ofSeconds(8);
  public static final Duration SHORT = Duration.ofMillis(200);
  public static final Duration AT_ONCE = Duration.ofSeconds(2);

  private final TestClient wire;
  private final HandshakeResponse agreement;
  private long sequence;

  private TestWorker(TestClient wire, HandshakeResponse agreement) {
    this.wire = wire;
    this.agreement = agreement;
  }

  /** Who joins, and what it can do. */
  public static final class Builder {
    private final TestApp app;
    private String name = "test-worker";
    private List<String> tags = List.of();
    private List<String> processors = List.of("noop");
    private int capacity = 20;

    public Builder(TestApp app) {
      this.app = app;
    }

    public Builder named(String workerName) {
      name = workerName;
      return this;
    }

    public Builder tagged(String... workerTags) {
      tags = List.of(workerTags);
      return this;
    }

    public Builder running(String... workerProcessors) {
      processors = List.of(workerProcessors);
      return this;
    }

    public Builder withCapacity(int workerCapacity) {
      capacity = workerCapacity;
      return this;
    }

    public TestWorker join() {
      TestClient wire = new TestClient(app.token(TestApp.TokenRole.WORKER));
      return new TestWorker(wire, wire.ask(WorkerOperation.HANDSHAKE, offer()));
    }

    public WorkerOffer offer() {
      return new WorkerOffer(
          "http", "orrery", 1, 1, "test", app.name(), name, tags, processors, capacity);
    }
  }

  public HandshakeResponse agreement() {
    return agreement;
  }

  public String session() {
    return agreement.session();
  }

  public TestClient wire() {
    return wire;
  }

  /** A poll that waits long for something to say. */
  public CompletableFuture<PollResponse> park(int free, AttemptRef... held) {
    return poll(++sequence, free, LONG, held);
  }

  /** A poll of one who knows that there is something to say, however slow the machine is. */
  public PollResponse pollForWork(int free, AttemptRef... held) {
    return TestClient.answerOf(park(free, held));
  }

  /** A poll that ends soon if there is nothing to say. */
  public PollResponse poll(int free, AttemptRef... held) {
    return TestClient.answerOf(poll(++sequence, free, SHORT, held));
  }

  /** A poll with a sequence number of the caller's choice. */
  public CompletableFuture<PollResponse> poll(
      long sequenceNumber, int free, Duration wait, AttemptRef... held) {
    return wire.send(
        WorkerOperation.POLL,
        new PollRequest(session(), sequenceNumber, free, List.of(held), wait.toMillis(), false));
  }

  /** The number of the last poll. */
  public long sequence() {
    return sequence;
  }

  /** Waits for one attempt, while it holds others. */
  public Assignment take(AttemptRef... held) {
    PollResponse answer = TestClient.answerOf(park(1, held));
    assertThat(answer.attempts()).hasSize(1);
    return answer.attempts().get(0);
  }

  /**
   * Waits for the one attempt of a parked poll that a hint should bring. For tests in which no
   * periodic look comes to the rescue of a lost hint within this time.
   */
  public static Assignment takenAtOnce(CompletableFuture<PollResponse> parked) {
    assertThat(parked).as("the answer that a hint should bring").succeedsWithin(LONG);
    assertThat(parked.join().attempts()).hasSize(1);
    return parked.join().attempts().get(0);
  }

  /**
   * Waits until this many attempts have come, in as many polls as that takes, while it holds
   * others.
   */
  public List<Assignment> takeAll(int count, AttemptRef... held) {
    List<Assignment> taken = new ArrayList<>();
    while (taken.size() < count) {
      List<AttemptRef> all = new ArrayList<>(List.of(held));
      all.addAll(List.of(refs(taken)));
      PollResponse answer =
          TestClient.answerOf(park(count - taken.size(), all.toArray(AttemptRef[]::new)));
      assertThat(answer.attempts()).as("after " + taken.size() + " of " + count).isNotEmpty();
      taken.addAll(answer.attempts());
    }
    return taken;
  }

  public static AttemptRef[] refs(List<Assignment> assignments) {
    return assignments.stream().map(Assignment::ref).toArray(AttemptRef[]::new);
  }

  public Verdict report(Assignment assignment, Outcome outcome) {
    return report(assignment.ref(), outcome);
  }

  public Verdict report(AttemptRef attempt, Outcome outcome) {
    return report(
            new AttemptReport(attempt.instance(), attempt.attempt(), outcome, null, null, null))
        .get(0);
  }

  public static AttemptReport success(Assignment assignment) {
    return new AttemptReport(
        assignment.instance(), assignment.attempt(), Outcome.SUCCEEDED, null, null, null);
  }

  public List<Verdict> report(AttemptReport... reports) {
    return wire.ask(WorkerOperation.REPORT, new ReportRequest(session(), Arrays.asList(reports)))
        .verdicts();
  }

  public void succeed(Assignment assignment) {
    assertThat(report(assignment, Outcome.SUCCEEDED)).isEqualTo(Verdict.ACCEPTED);
  }

  public void succeed(Assignment assignment, String result) {
    AttemptReport report =
        new AttemptReport(
            assignment.instance(), assignment.attempt(), Outcome.SUCCEEDED, result, null, null);
    assertThat(report(report)).containsExactly(Verdict.ACCEPTED);
  }

  public void fail(Assignment assignment, String error) {
    AttemptReport report =
        new AttemptReport(
            assignment.instance(), assignment.attempt(), Outcome.FAILED, null, error, null);
    assertThat(report(report)).containsExactly(Verdict.ACCEPTED);
  }

  public RenewResponse renew(AttemptRef... held) {
    return wire.ask(WorkerOperation.RENEW, new RenewRequest(session(), List.of(held), false));
  }

  public void awaitCancelOf(Assignment assignment) {
    TestApp.eventually()
        .until(() -> renew(assignment.ref()).cancels(), c -> c.contains(assignment.ref()));
  }

  /** Waits for the order to cancel the attempt, then reports its end. */
  public void obeyCancelOf(Assignment assignment) {
    awaitCancelOf(assignment);
    report(assignment, Outcome.CANCELED);
  }

  public LogsResponse logs(Chunk... chunks) {
    return wire.ask(WorkerOperation.LOGS, new LogsRequest(session(), List.of(chunks)));
  }

  public ByeResponse bye(AttemptRef... handedBack) {
    return wire.ask(WorkerOperation.BYE, new ByeRequest(session(), List.of(handedBack)));
  }
}
