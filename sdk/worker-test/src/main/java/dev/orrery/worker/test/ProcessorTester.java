package dev.orrery.worker.test;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.worker.Processor;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs a processor in tests as a worker does, without a scheduler: on a thread of its own, with the
 * same bounds and the same outcomes. All methods except {@code run} and {@code start} change this
 * object and return it; each run is of a new instance.
 */
public final class ProcessorTester {
  /** Of all testers, because what is captured is found by the number. */
  private static final AtomicLong NEXT_INSTANCE = new AtomicLong(1);

  private final Processor processor;
  private final Map<String, String> parameters = new LinkedHashMap<>();
  private String job = "test";
  private OptionalLong instance = OptionalLong.empty();
  private int attempt = 1;
  private @Nullable String fireTime;
  private @Nullable Duration timeout;
  private Duration longest = Duration.ofMinutes(1);

  private ProcessorTester(Processor processor) {
    this.processor = Objects.requireNonNull(processor, "processor");
  }

  public static ProcessorTester of(Processor processor) {
    return new ProcessorTester(processor);
  }

  /** Adds a parameter; a later one of the same name replaces it. */
  public ProcessorTester parameter(String name, String value) {
    parameters.put(name, required(name, value));
    return this;
  }

  private static String required(String name, String value) {
    return Objects.requireNonNull(value, () -> "value of the parameter " + name);
  }

  public ProcessorTester parameters(Map<String, String> more) {
    more.forEach(this::parameter);
    return this;
  }

  /** Sets the name of the job, and of its processor; default {@code test}. */
  public ProcessorTester job(String name) {
    job = Objects.requireNonNull(name, "job");
    return this;
  }

  /** Sets the id of the instance of each run; default: a new one for each, counted from 1. */
  public ProcessorTester instance(long id) {
    instance = OptionalLong.of(id);
    return this;
  }

  /** Sets the number of the attempt, from 1; default 1. */
  public ProcessorTester attempt(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("The number of an attempt is at least 1; got " + number);
    }
    attempt = number;
    return this;
  }

  /** Sets the planned time; without it, the run is one through the API. */
  public ProcessorTester fireTime(Instant time) {
    fireTime = time.toString();
    return this;
  }

  /** Stops the attempt after this time, like the {@code timeout} of a job. */
  public ProcessorTester timeout(Duration time) {
    timeout = Objects.requireNonNull(time, "timeout");
    return this;
  }

  /** Sets how long a test waits for a run before it fails; default a minute. */
  public ProcessorTester waitAtMost(Duration time) {
    longest = Objects.requireNonNull(time, "waitAtMost");
    return this;
  }

  /**
   * Runs the processor to its end.
   *
   * @throws AssertionError if it takes too long, see {@link #waitAtMost}
   */
  public TestedRun run() {
    return start().await();
  }

  /** Like {@link #run()}, with these parameters in addition, which the next run does not have. */
  public TestedRun run(Map<String, String> more) {
    return start(more).await();
  }

  /** Starts the processor, for tests that stop it or look at it while it runs. */
  public StartedRun start() {
    return start(Map.of());
  }

  private StartedRun start(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(parameters);
    more.forEach((name, value) -> all.put(name, required(name, value)));
    Assignment assignment =
        new Assignment(
            instance.orElseGet(NEXT_INSTANCE::getAndIncrement),
            attempt,
            job,
            1,
            new ProcessorSpec.Java(job),
            all,
            fireTime,
            null);
    return StartedRun.of(assignment, processor, Optional.ofNullable(timeout), longest);
  }
}
